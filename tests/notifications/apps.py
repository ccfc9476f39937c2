from django.apps import AppConfig


class TestKindsConfig(AppConfig):
    """Makes the kinds of the tests known to a worker in a process of its own."""

    name = "tests.notifications"
    label = "notifications_tests"

    def ready(self) -> None:
        import tests.factories.notifications  # noqa: F401
