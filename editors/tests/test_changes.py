"""Where `goals lsp` leads and what it changes, with a protocol client."""

import pytest
from lsprotocol import types

from editor import PARENT, PLAN, RECORDS, Editor


def asked(editor, path, at):
    return {"text_document": editor.document(path), "position": editor.place_of(path, at)}


def places(editor, answer):
    """Where an answer leads: paths with the text there."""
    found = []
    for one in answer if isinstance(answer, (list, tuple)) else [answer]:
        uri = getattr(one, "target_uri", None) or one.uri
        range_ = getattr(one, "target_selection_range", None) or one.range
        path = editor.path_of(uri)
        if path not in editor.texts:
            editor.open(path)
        found.append((path, editor.under(path, range_)))
    return sorted(found)


async def test_a_reference_leads_to_the_goal_and_records_to_their_key_result(editor):
    editor.open(PLAN)
    answer = await editor.client.text_document_definition_async(types.DefinitionParams(**asked(editor, PLAN, '"2026/gr‸ow"')))
    [(path, text)] = places(editor, answer)
    assert path == PARENT and "Grow 🌱" in text, text
    editor.open(RECORDS)
    answer = await editor.client.text_document_definition_async(types.DefinitionParams(**asked(editor, RECORDS, "[lead-‸time]")))
    [(path, text)] = places(editor, answer)
    assert path == PLAN and "lead-time" in text, text


async def test_all_that_names_a_key_result_is_found(editor):
    editor.open(PLAN)
    params = types.ReferenceParams(context=types.ReferenceContext(include_declaration=True), **asked(editor, PLAN, "[key_results.lead-‸time]"))
    found = places(editor, await editor.client.text_document_references_async(params))
    assert {path for path, _ in found} == {PLAN, RECORDS}, found


async def test_addresses_are_links(editor):
    editor.open(PLAN)
    editor.swap(PLAN, "the dashboard", "https://example.com/🚀?a=b")
    answer = await editor.client.text_document_document_link_async(types.DocumentLinkParams(text_document=editor.document(PLAN)))
    [link] = answer
    assert link.target.startswith("https://example.com/") and "🚀" in editor.under(PLAN, link.range)


async def test_a_key_result_is_renamed_in_plan_and_records(editor):
    editor.open(PLAN)
    at = asked(editor, PLAN, "[key_results.lead-‸time]")
    prepared = await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(**at))
    assert prepared.placeholder == "lead-time"
    change = await editor.client.text_document_rename_async(types.RenameParams(new_name="merge-to-live", **at))
    assert editor.make(change) == sorted([PLAN, RECORDS])
    editor.save_all()
    assert "[key_results.merge-to-live]" in editor.workspace.read(PLAN)
    assert 'formerly = ["lead-time"]' in editor.workspace.read(PLAN)
    assert "[merge-to-live]\n2026-10-05 = 240" in editor.workspace.read(RECORDS)
    assert editor.workspace.goals("check", "--format", "json").returncode == 0
    await editor.misses(RECORDS, "unknown-key-result")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8"])
async def test_a_goal_is_renamed_with_its_files_and_whoever_names_it(northwind, encoding):
    editor = await Editor.start(northwind, encoding, "visual-studio-code@1.65.2")
    editor.open(PARENT)
    editor.open(PLAN)
    change = await editor.client.text_document_rename_async(
        types.RenameParams(new_name="thrive", **asked(editor, PLAN, '"2026/gr‸ow"')))
    editor.make(change)
    editor.save_all()
    assert 'contributes_to = ["2026/thrive"]' in editor.workspace.read(PLAN)
    assert not (editor.workspace.path / PARENT).exists()
    assert 'formerly = ["grow"]' in editor.workspace.read("goals/2026/thrive.toml")
    await editor.misses(PLAN, "unknown-reference")
    assert editor.workspace.goals("status", "--cycle", "2026").stdout.count("thrive") > 0
    await editor.leave()


async def test_a_name_that_is_no_id_is_refused_with_words(editor):
    editor.open(PLAN)
    with pytest.raises(Exception, match="(?i)id"):
        await editor.client.text_document_rename_async(
            types.RenameParams(new_name="Merge To Live", **asked(editor, PLAN, "[key_results.lead-‸time]")))


async def actions(editor, path, at):
    place = editor.place_of(path, at)
    within = types.Range(start=place, end=place)
    told = [one for one in editor.client.diagnostics.get(editor.workspace.uri(path), [])
            if one.range.start.line <= place.line <= one.range.end.line]
    answer = await editor.client.text_document_code_action_async(types.CodeActionParams(
        text_document=editor.document(path), range=within, context=types.CodeActionContext(diagnostics=told)))
    return {action.title: action for action in answer or []}


def plain(text):
    """A text with its places to fill in filled in with what they propose."""
    return text.replace("$0", "").replace("\\}", "}")


async def test_a_slip_is_mended(editor):
    editor.open(PLAN)
    editor.swap(PLAN, "owner =", "onwer =")
    await editor.finds(PLAN, "unknown-key", "onwer")
    offered = await actions(editor, PLAN, "onw‸er")
    [mend] = [action for title, action in offered.items() if "onwer" in title and "owner" in title]
    assert editor.make(mend.edit) == [PLAN]
    assert 'owner = "ana"' in editor.texts[PLAN]
    await editor.misses(PLAN, "unknown-key")


async def test_a_finding_is_allowed(editor):
    editor.open(PARENT)
    editor.swap(PARENT, 'why = "To last."\n', "")
    await editor.finds(PARENT, "missing-why")
    offered = await actions(editor, PARENT, "Grow 🌱 w‸ith")
    [allow] = [action for title, action in offered.items() if title.startswith("Allow `missing-why`")]
    editor.make(allow.edit)
    assert "missing-why" in editor.texts[PARENT]
    await editor.misses(PARENT, "missing-why")
    await editor.misses(PARENT, "syntax")


async def test_today_is_checked_in_and_taken_back(editor):
    editor.open(RECORDS)
    offered = await actions(editor, RECORDS, "[lead-‸time]")
    [check_in] = [action for title, action in offered.items() if title.startswith("Check in")]
    assert editor.make(check_in.edit) == [RECORDS]
    assert "\n2026-11-21 = 150" in plain(editor.texts[RECORDS])
    offered = await actions(editor, RECORDS, "2026-10-0‸5 = 240")
    [void] = [action for title, action in offered.items() if title.startswith("Take back")]
    editor.make(void.edit)
    assert "2026-10-05 = { value = 240, void = true }" in editor.texts[RECORDS]
    assert "🐤 canary on" in editor.texts[RECORDS]
    await editor.misses(RECORDS, "syntax")
