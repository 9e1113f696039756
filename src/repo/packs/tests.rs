//! Packs as git makes them, read by ourselves and by libgit2.

use std::path::Path;
use std::process::Command;

use git2::Repository;

use super::*;
use crate::repo::objects::libgit2::Stored;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let run = Command::new("git")
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env_remove("GIT_DIR")
        .args(["-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "gc.auto=0"])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(run.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("text")
}

/// A repository with a file that grows, so that packing it makes chains of differences.
fn grown(format: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "--quiet", &format!("--object-format={format}")]);
    let mut text = String::new();
    for day in 0..40_u32 {
        for line in 0..12 {
            text += &format!(
                "{:08x} of day {day}, line {line}\n",
                (day * 12 + line).wrapping_mul(2_654_435_761)
            );
        }
        fs::write(folder.path().join("grows.txt"), &text).expect("written");
        fs::write(folder.path().join(format!("{day}.txt")), format!("{day}\n")).expect("written");
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "--quiet", "-m", &format!("day {day}")]);
    }
    fs::write(folder.path().join("large.txt"), "no news\n".repeat(1 << 18)).expect("written");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "large"]);
    folder
}

fn all(folder: &Path) -> Vec<ObjectId> {
    let format = "--batch-check=%(objectname)";
    let listed = git(folder, &["cat-file", "--batch-all-objects", format]);
    listed.lines().map(|line| ObjectId::parse(line).expect("an id")).collect()
}

fn opened(folder: &Path) -> Packs {
    Packs::of(&folder.join(".git"))
}

/// Checks every object against libgit2; tells how many were found in packs.
fn compared(folder: &Path) -> usize {
    let theirs = Repository::open(folder).expect("a repository");
    let rest = Stored(theirs.odb().expect("objects"));
    let packs = opened(folder);
    let mut found = 0;
    for id in all(folder) {
        if let Some((kind, ours)) = packs.find(id, |kind, bytes| (kind, bytes.to_vec())) {
            let theirs = rest.read(kind, id).expect("of that kind");
            assert!(ours[..] == theirs[..], "{id}");
            found += 1;
        }
    }
    found
}

#[test]
fn every_object_of_a_pack_reads_as_libgit2_reads_it() {
    for format in ["sha1", "sha256"] {
        let folder = grown(format);
        let folder = folder.path();
        assert_eq!(compared(folder), all(folder).len(), "each in a file of its own");
        git(folder, &["repack", "--quiet", "-adf", "--depth=50"]);
        assert_eq!(compared(folder), all(folder).len());
        git(folder, &["-c", "repack.useDeltaBaseOffset=false", "repack", "--quiet", "-adf"]);
        assert_eq!(compared(folder), all(folder).len(), "bases named by their ids");
        git(folder, &["multi-pack-index", "write"]);
        assert_eq!(compared(folder), all(folder).len());
        if format == "sha1" {
            git(folder, &["-c", "pack.indexVersion=1", "repack", "--quiet", "-adf"]);
            assert_eq!(compared(folder), 0, "an index of version 1 is left to libgit2");
        }
    }
}

#[test]
fn damage_is_left_to_libgit2() {
    let folder = grown("sha1");
    let folder = folder.path();
    git(folder, &["repack", "--quiet", "-adf"]);
    let ids = all(folder);
    let pack = git(folder, &["rev-parse", "--git-path", "objects/pack"]);
    let packs = fs::read_dir(folder.join(pack.trim())).expect("packs").flatten();
    for path in packs.map(|entry| entry.path()) {
        let sound = fs::read(&path).expect("readable");
        for at in (0..sound.len()).step_by(sound.len() / 60 + 1) {
            let mut damaged = sound.clone();
            damaged[at] ^= 0x55;
            let shown = [&damaged[..], &sound[..at]];
            for bytes in shown {
                // What git writes may not be written to.
                fs::remove_file(&path).expect("removed");
                fs::write(&path, bytes).expect("written");
                let packs = opened(folder);
                // Most are found all the same; none is a panic.
                let found = ids.iter().filter(|id| packs.find(**id, |_, _| ()).is_some()).count();
                assert!(found <= ids.len());
            }
        }
        fs::remove_file(&path).expect("removed");
        fs::write(&path, &sound).expect("written");
    }
    assert_eq!(compared(folder), ids.len());
}
