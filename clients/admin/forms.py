from datetime import datetime

from django import forms
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from clients import models, ulids
from clients.models import ApiKey, Capability, Client

MODES = [("test", "Test – spends only test credits"), ("live", "Live – spends live credits")]


class IssueKeyForm(forms.Form):
    """A key to be issued; its fields are the arguments of `models.issue_key`."""

    # Minted with the form, so that the same form sent twice issues one key.
    id = forms.CharField(widget=forms.HiddenInput, initial=ulids.new)
    client = forms.ModelChoiceField(Client.objects.all(), widget=UnfoldAdminSelectWidget)
    livemode = forms.TypedChoiceField(
        label="Mode",
        choices=MODES,
        initial="test",
        coerce=lambda mode: mode == "live",
        widget=UnfoldAdminRadioSelectWidget,
    )
    label = forms.CharField(
        max_length=120,
        required=False,
        help_text="Where the key will be used.",
        widget=UnfoldAdminTextInputWidget,
    )
    capabilities = forms.MultipleChoiceField(
        choices=Capability.choices,
        initial=models.all_capabilities,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    expires_at = forms.SplitDateTimeField(
        required=False,
        help_text="UTC. Empty: the key does not expire.",
        widget=UnfoldAdminSplitDateTimeWidget,
    )

    def clean_id(self) -> str:
        key_id: str = self.cleaned_data["id"]
        if not ulids.is_valid(key_id) or ApiKey.objects.filter(pk=key_id).exists():
            raise forms.ValidationError(
                "This form has already issued a key, which can't be shown again. Open a new form."
            )
        return key_id

    def clean_expires_at(self) -> datetime | None:
        expires_at: datetime | None = self.cleaned_data["expires_at"]
        if expires_at is not None and expires_at <= timezone.now():
            raise forms.ValidationError("This moment has passed.")
        return expires_at


class AddClientForm(forms.Form):
    name = forms.CharField(max_length=120, widget=UnfoldAdminTextInputWidget)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Client.objects.filter(name=name).exists():
            raise forms.ValidationError("There is a client of this name.")
        return name
