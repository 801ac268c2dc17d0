"""Scripts that import one another do so under the names that browsers keep for good."""

from pathlib import Path

from django.core.files.storage import FileSystemStorage

from config.static_files import HashedFiles


def test_a_module_imports_the_hashed_name(tmp_path: Path) -> None:
    written = {
        "js/ours.js": "import { one } from '../their/lib.js';\none();\n",
        "their/lib.js": "export const one = 1;\n",
    }
    for name, text in written.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    lies_in = FileSystemStorage(tmp_path)

    storage = HashedFiles(location=tmp_path)
    hashed = {name: new for name, new, _ in storage.post_process({name: (lies_in, name) for name in written})}

    assert Path(hashed["their/lib.js"]).name in (tmp_path / hashed["js/ours.js"]).read_text()
