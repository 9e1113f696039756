"""What `goals lsp` shows of figures, and how it puts files in order, with a protocol client."""

import pytest
from lsprotocol import types

from editor import PARENT, PLAN, RECORDS


async def told_at(editor, path, text):
    """The Markdown under the cursor; nothing where nothing is told."""
    answer = await editor.client.text_document_hover_async(
        types.HoverParams(text_document=editor.document(path), position=editor.place_of(path, text)))
    return answer and answer.contents.value


@pytest.mark.parametrize(("path", "at", "words"), [
    (PLAN, "[key_results.lead‸-time]", ["lead-time", "40 % · on track", "240 → 150 → 15 min", "recorded by Ana Silva"]),
    (PLAN, 'title = "🚀 Dep‸loys', ["🚀 Deploys are calm"]),
    (PLAN, '"2026/gr‸ow"', ["Grow 🌱 with those who stay"]),
    (PLAN, 'un‸it = "min"', ["What the number counts."]),
    (PLAN, 'owner = "an‸a"', ["Ana Silva", "accountable"]),
    (RECORDS, "2026-11-16 = { val‸ue = 150", ["What the measure takes"]),
    (RECORDS, "2026-11-1‸6 = { value = 150", ["150", "Ana Silva"]),
    ("goals.toml", "[people.an‸a]", ["A person, by the handle"]),
])
async def test_what_stands_under_the_pointer_is_told(editor, path, at, words):
    editor.open(path)
    told = await told_at(editor, path, at)
    assert told and all(word in told for word in words), told


async def test_a_rule_that_is_allowed_shows_its_page(editor):
    editor.open(PARENT, 'allow = { missing-why = "🚀" }\n' + editor.workspace.read(PARENT))
    told = await told_at(editor, PARENT, "missing-‸why")
    assert told.startswith("# missing-why"), told


async def test_lenses_follow_what_is_typed(editor):
    editor.open(PLAN)

    async def lenses():
        asked = types.CodeLensParams(text_document=editor.document(PLAN))
        answer = await editor.client.text_document_code_lens_async(asked)
        return {editor.under(PLAN, lens.range): lens.command.title for lens in answer}

    before = await lenses()
    assert {"lead-time", "canary"} < set(before) and len(before) == 3, before
    assert before["lead-time"].startswith("40 % · on track"), before
    editor.swap(PLAN, "baseline = 240", "baseline = 200")
    after = await lenses()
    assert after["lead-time"].startswith("27 % ·"), after


async def test_a_record_shows_its_change_and_where(editor):
    editor.open(RECORDS)
    whole = editor.range(RECORDS, 0, len(editor.texts[RECORDS]))
    asked = types.InlayHintParams(text_document=editor.document(RECORDS), range=whole)
    [hint] = await editor.client.text_document_inlay_hint_async(asked)
    line = editor.texts[RECORDS].splitlines()[2]
    assert "90" in str(hint.label) and editor.offset(RECORDS, hint.position) == editor.texts[RECORDS].index(line) + len(line)


async def test_the_outline_names_the_goal_and_its_key_results(editor):
    editor.open(PLAN)
    [goal] = await editor.client.text_document_document_symbol_async(
        types.DocumentSymbolParams(text_document=editor.document(PLAN)))
    assert (goal.name, goal.detail) == ("calm-deploys", "🚀 Deploys are calm")
    assert [child.name for child in goal.children] == ["lead-time", "canary"]
    for child in goal.children:
        assert editor.under(PLAN, child.range).startswith("[key_results."), child


async def test_goals_are_found_in_the_whole_workspace(editor):
    found = await editor.client.workspace_symbol_async(types.WorkspaceSymbolParams(query="grow"))
    assert [one for one in found if one.location.uri == editor.workspace.uri(PARENT)], found


async def test_sections_fold(editor):
    editor.open(PLAN)
    found = await editor.client.text_document_folding_range_async(
        types.FoldingRangeParams(text_document=editor.document(PLAN)))
    lines = editor.texts[PLAN].splitlines()
    assert {"[key_results.lead-time]", "[key_results.canary]"} <= {lines[fold.start_line] for fold in found}


async def test_formatting_is_that_of_the_command(editor):
    mixed = '[lead-time]\n2026-11-16 = { value = 150, note = "🐤 canary on" }\n2026-10-05=240\n'
    editor.open(RECORDS, mixed)
    asked = types.DocumentFormattingParams(
        text_document=editor.document(RECORDS), options=types.FormattingOptions(tab_size=4, insert_spaces=True))
    tidy = editor.edited(RECORDS, await editor.client.text_document_formatting_async(asked))
    editor.workspace.write(RECORDS, mixed)
    editor.workspace.goals("fmt")
    assert tidy == editor.workspace.read(RECORDS) != mixed
    editor.replace(RECORDS, 0, len(mixed), tidy)
    assert not await editor.client.text_document_formatting_async(asked)
