"""The one error that speaks to the person at the keyboard."""


class UserError(Exception):
    """Something only the user can mend, said in one sentence that names the thing and the mend."""
