from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from foundation.core.forms import helper
from foundation.notifications.enums import Channel
from foundation.notifications.kinds import Topic


class PreferencesForm(forms.Form):
    """One choice per topic, as radio buttons.

    Args:
        choices: each topic with what the person has now.
    """

    def __init__(self, *args: Any, choices: list[tuple[Topic, Channel]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics = [topic for topic, _channel in choices]
        for topic, channel in choices:
            self.fields[topic.code] = forms.ChoiceField(
                label=topic.name,
                help_text=topic.help,
                choices=Channel.choices,
                initial=channel,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
            )
        self.helper = helper(self, submit=_("Save your choices"))

    def chosen(self) -> dict[str, Channel]:
        """Per code of a topic the chosen channel."""
        return {topic.code: Channel(self.cleaned_data[topic.code]) for topic in self.topics}
