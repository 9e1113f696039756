"""Sessions of `goals lsp` with a protocol client."""

import pytest
from lsprotocol import types

from editor import PARENT, PLAN, RECORDS, TEXTS, Editor, units

# Diagnostics


async def test_a_reference_is_unknown_until_its_last_letter_is_typed(editor):
    editor.open(PLAN)
    editor.swap(PLAN, '"2026/grow"', '""')
    await editor.finds(PLAN, "unknown-reference")
    editor.type(PLAN, 'contributes_to = ["', "2026/gro")
    await editor.finds(PLAN, "unknown-reference", '"2026/gro"')
    editor.type(PLAN, '"2026/gro', "w")
    await editor.misses(PLAN, "unknown-reference")


async def test_a_change_to_one_file_is_found_in_another(editor):
    editor.open(PLAN)
    await editor.settled()
    assert not any(code == "unknown-key-result" for code, _ in editor.findings(RECORDS))
    editor.swap(PLAN, "[key_results.canary]", "[key_results.canaries]")
    await editor.finds(RECORDS, "unknown-key-result")
    [found] = [one for one in editor.client.diagnostics[editor.workspace.uri(RECORDS)] if one.code == "unknown-key-result"]
    assert found.related_information[0].location.uri == editor.workspace.uri(PLAN)
    editor.swap(PLAN, "[key_results.canaries]", "[key_results.canary]")
    await editor.misses(RECORDS, "unknown-key-result")


async def test_what_is_not_saved_counts_until_it_is_closed(editor):
    editor.open(PARENT)
    editor.swap(PARENT, 'owner = "ana"', 'owner = "zoe"')
    await editor.finds(PARENT, "unknown-person", '"zoe"')
    assert 'owner = "ana"' in editor.workspace.read(PARENT)
    editor.close(PARENT)
    await editor.misses(PARENT, "unknown-person")


async def test_a_buffer_that_the_disk_does_not_have_is_a_goal(editor):
    new = "goals/2026/stay.toml"
    editor.open(PLAN)
    editor.swap(PLAN, '"2026/grow"', '"2026/stay"')
    await editor.finds(PLAN, "unknown-reference", '"2026/stay"')
    editor.open(new, 'title = "Those who come stay"\nwhy = "Trust."\nowner = "ben"\n')
    await editor.misses(PLAN, "unknown-reference")
    editor.close(new)
    await editor.finds(PLAN, "unknown-reference", '"2026/stay"')


async def test_files_that_others_create_rename_and_delete_count(editor):
    work = editor.workspace
    editor.open(PLAN)
    await editor.settled()
    (work.path / PARENT).rename(work.path / "goals/2026/thrive.toml")
    editor.outside(deleted=[PARENT], created=["goals/2026/thrive.toml"])
    await editor.finds(PLAN, "unknown-reference", '"2026/grow"')
    editor.swap(PLAN, "2026/grow", "2026/thrive")
    await editor.misses(PLAN, "unknown-reference")
    (work.path / "goals/2026/thrive.toml").unlink()
    editor.outside(deleted=["goals/2026/thrive.toml"])
    await editor.finds(PLAN, "unknown-reference", '"2026/thrive"')
    work.write("goals/2026/thrive.toml", TEXTS[PARENT])
    editor.outside(created=["goals/2026/thrive.toml"])
    await editor.misses(PLAN, "unknown-reference")
    work.write("goals.toml", "format = 1\n[people.ben]\n")
    editor.outside(changed=["goals.toml"])
    await editor.finds(PLAN, "unknown-person", '"ana"')


async def test_places_are_right_behind_signs_beyond_the_first_plane(editor):
    line = 'allow = { missing-why = "🚀🚀 ünd 𝒢", missing-wy = "x" }\n'
    editor.open(PARENT, line + TEXTS[PARENT])
    await editor.finds(PARENT, "unused-allow", "missing-wy")
    told = editor.client.diagnostics[editor.workspace.uri(PARENT)]
    [found] = [one for one in told if "missing-wy" in one.message]
    assert (found.range.start.line, found.range.start.character) == (0, units(line[:line.index("missing-wy")], editor.encoding))
    # A change behind such signs hits what it was meant to hit.
    editor.swap(PARENT, "missing-wy", "missing-source")
    await editor.until(lambda: not any(text == "missing-wy" for _, text in editor.findings(PARENT)))
    editor.swap(PARENT, "🚀🚀 ünd 𝒢", "🚀")
    editor.swap(PARENT, ', missing-source = "x"', ', missing-wy = "x"')
    await editor.finds(PARENT, "unused-allow", "missing-wy")


async def test_a_finding_leads_to_its_rule(northwind):
    editor = await Editor.start(northwind, like="visual-studio-code@1.65.2")
    editor.open(PLAN)
    editor.swap(PLAN, "owner =", "onwer =")
    await editor.finds(PLAN, "unknown-key", "onwer")
    [found] = [one for one in editor.client.diagnostics[editor.workspace.uri(PLAN)] if one.code == "unknown-key"]
    assert found.source == "goals" and found.severity == types.DiagnosticSeverity.Error
    assert "owner" in found.message and found.code_description.href.endswith("unknown-key.md")
    await editor.leave()


async def test_a_broken_line_hides_no_other_mistake(editor):
    editor.open(PLAN)
    editor.swap(PLAN, 'unit = "min"', "unit = [")
    editor.swap(PLAN, "kind =", "knid =")
    await editor.finds(PLAN, "syntax")
    await editor.finds(PLAN, "unknown-key", "knid")
    editor.swap(PLAN, "unit = [", 'unit = "min"')
    await editor.misses(PLAN, "syntax")


# Completion


async def test_references_are_proposed(editor):
    editor.open(PLAN)
    editor.swap(PLAN, '"2026/grow"', '""')
    proposed = await editor.proposals(PLAN, 'contributes_to = ["‸"]')
    assert "grow" in proposed or "2026/grow" in proposed, proposed.keys()
    taken = proposed.get("grow") or proposed["2026/grow"]
    editor.replace(PLAN, 0, len(editor.texts[PLAN]), taken)
    await editor.misses(PLAN, "unknown-reference")


async def test_todays_record_is_proposed_with_the_last_value(editor):
    editor.open(RECORDS)
    editor.swap(RECORDS, '"🐤 canary on" }\n', '"🐤 canary on" }\n2\n')
    proposed = await editor.proposals(RECORDS, '"🐤 canary on" }\n2‸\n')
    [label] = [label for label in proposed if label == "2026-11-21 = 150"]
    editor.replace(RECORDS, 0, len(editor.texts[RECORDS]), proposed[label].replace("${1:150}", "150"))
    await editor.misses(RECORDS, "syntax")
    assert "\n2026-11-21 = 150" in editor.texts[RECORDS].replace("$0", "")


@pytest.mark.parametrize(("path", "old", "new", "labels"), [
    (PLAN, 'owner = "ana"', 'owner = "‸"', {"ana", "ben"}),
    (PLAN, 'ambition = "aspirational"', 'ambition = "‸"', {"aspirational", "committed"}),
    (PLAN, 'kind = "milestone"', 'kind = "‸"', {"metric", "threshold", "milestone", "binary", "baseline", "objectives"}),
    (PLAN, 'unit = "min"\n', 'unit = "min"\nal‸\n', {"allow"}),
    (PLAN, 'unit = "min"\n', 'unit = "min"\nallow = { ‸ }\n', {"missing-source", "no-number"}),
    (RECORDS, '2026-11-16 = "one"', '2026-11-21 = "‸"', {"one", "two", "all"}),
    ("goals.toml", "format = 1\n", 'format = 1\n[check]\nprofile = "‸"\n', {"okr", "smart", "output", "strict"}),
])
async def test_what_may_stand_there_is_proposed(editor, path, old, new, labels):
    editor.open(path)
    editor.swap(path, old, new.replace("‸", ""))
    proposed = await editor.proposals(path, new)
    assert labels <= {label.strip('"') for label in proposed}, proposed.keys()


# The conversation itself


async def test_a_question_that_makes_no_sense_is_answered_and_the_next_one_too(editor):
    editor.open(PLAN)
    far = types.Position(line=9_999, character=9_999)
    place = types.CompletionParams(text_document=editor.document(PLAN), position=far)
    await editor.client.text_document_completion_async(place)
    with pytest.raises(Exception, match="goals/noSuchThing|not known|unknown|[Mm]ethod"):
        await editor.client.protocol.send_request_async("goals/noSuchThing", {})
    elsewhere = types.TextDocumentIdentifier(uri="file:///nowhere/at/all.toml")
    await editor.client.text_document_completion_async(types.CompletionParams(text_document=elsewhere, position=far))
    editor.swap(PLAN, "owner =", "onwer =")
    await editor.finds(PLAN, "unknown-key", "onwer")


@pytest.mark.parametrize("like", ["visual-studio-code@1.65.2", "emacs@29.1", "neovim@0.6.1"])
async def test_editors_of_other_sorts_are_served(northwind, like):
    editor = await Editor.start(northwind, "utf-16", like)
    editor.open(PLAN)
    editor.swap(PLAN, "owner =", "onwer =")
    await editor.finds(PLAN, "unknown-key", "onwer")
    await editor.leave()


async def test_the_server_ends_when_its_editor_says_goodbye(northwind):
    editor = await Editor.start(northwind)
    server = editor.client._server
    await editor.leave()
    assert server.returncode == 0
