"""An engine run over a series of made-up readings, on a clock that is moved by hand."""
