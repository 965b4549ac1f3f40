"""Fields of a form: each shows one value of a draft and says when a person changes it."""
