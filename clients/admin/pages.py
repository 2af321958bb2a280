"""What the pages of the back office have in common."""

from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

from clients import ulids


class Page(ModelAdmin):
    """Nothing is deleted, alone or in bulk; a change writes the changed columns and no other."""

    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=form.changed_data)
        else:
            obj.save(force_insert=True)

    def found(self, request: HttpRequest, object_id: str) -> Any:
        """The object of a page besides the change page. Raises Http404 if there is none."""
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        return obj

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        sought = search_term.strip().upper()
        if ulids.is_valid(sought):
            return self.rows_of(queryset, sought), False
        return super().get_search_results(request, queryset, search_term)

    def rows_of(self, queryset: QuerySet[Any], ulid: str) -> QuerySet[Any]:
        """The rows that a ULID typed into the search box stands for."""
        return queryset.filter(pk=ulid)


class ReadOnlyPage(Page):
    """Staff look at these rows; the verbs write them."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return flatten_fieldsets(self.fieldsets or ())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LongListPage(ReadOnlyPage):
    """A table that grows without end: its rows are never counted and only read in the order of their keys."""

    paginator = InfinitePaginator
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    list_fullwidth = True
    sortable_by = ()


class ReadOnlyTable(TabularInline):
    extra = 0
    max_num = 0
    can_delete = False
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def form_page(
    page: ModelAdmin, request: HttpRequest, form: Form, *, title: str, button: str, **context: Any
) -> HttpResponse:
    """A form on a page of its own. `context`: explain, danger, cancel_url, facts (label and value)."""
    shown = {"form": form, "title": title, "button": button, **context}
    return _render(page, request, "admin/form_page.html", **shown)


def secrets_page(
    page: ModelAdmin, request: HttpRequest, *, title: str, secrets: dict[str, str], next_url: str
) -> HttpResponse:
    """The only page that ever shows these secrets: the answer to the POST that made them, stored nowhere."""
    response = _render(
        page, request, "admin/secrets_page.html", title=title, secrets=secrets, next_url=next_url
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _render(page: ModelAdmin, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    request.current_app = page.admin_site.name
    everywhere = page.admin_site.each_context(request)
    return TemplateResponse(request, template, {**everywhere, "opts": page.opts, **context})
