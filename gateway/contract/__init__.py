"""The contract with the centre, made from the code that speaks: schemas, AsyncAPI, examples."""
