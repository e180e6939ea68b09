"""Methods that run before the others of an object, by name: those of classes and of test cases."""

CONSTRUCTORS = frozenset(
    {
        "__init__",
        "__new__",
        "__post_init__",
        "__attrs_post_init__",
        "setUp",
        "asyncSetUp",
        "setUpClass",
        "setup_method",
        "setup_class",
    }
)
