"""One figure of the bench: a line `bench NAME VALUE BUDGET ok|short`."""

import statistics


def tell(name: str, value: float, budget: float, *, unit: str = "x", least: bool = False) -> None:
    """Print a figure; `least` where the budget is the least that is wanted, not the most."""
    good = value >= budget if least else value <= budget
    sign = ">=" if least else "<="
    print(f"bench {name} {value:.3g}{unit} {sign}{budget:g}{unit} {'ok' if good else 'short'}")


def percentile(values: list[float], percent: float) -> float:
    """Give a percentile by linear interpolation."""
    return statistics.quantiles(values, n=1000, method="inclusive")[round(percent * 10) - 1]
