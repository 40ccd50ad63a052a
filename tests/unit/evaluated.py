"""Expressions over contacts that are set by hand."""

from rules.evaluation import evaluator
from rules.instant import Instant, seconds
from rules.language.syntax import Active, Point
from rules.values import Values

T, U, F = True, None, False
LETTERS = {"T": T, "U": U, "F": F}


def contact(number=0):
    return Active(Point(f"m{number}", "contact"))


class Contacts:
    """Contacts of one zone, and evaluators over them."""

    def __init__(self):
        self.values = Values()
        self.view = self.values.seen_from("hall")

    def evaluator(self, expression):
        return evaluator(expression, self.view)

    def set(self, at, *truths):
        """Set the first contacts at an instant, in seconds; ... leaves one as it is."""
        for number, truth in enumerate(truths):
            if truth is not ...:
                value = None if truth is None else float(truth)
                self.values.point(contact(number).point).set(Instant(seconds(at)), value)


def judgements(expression, table):
    """Judge over one contact by a table of seconds and letters: 'T@0 F@5'; give the results."""
    contacts = Contacts()
    judge = contacts.evaluator(expression)
    results = []
    for entry in table.split():
        letter, _, at = entry.partition("@")
        contacts.set(float(at), LETTERS[letter])
        results.append((float(at), judge(Instant(seconds(float(at))))))
    return results
