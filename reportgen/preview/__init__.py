"""Shows the site on this machine while its inputs are worked on, and builds it anew when one of them is saved.

The site stands in a temporary folder, which goes when the preview ends. A process of its own builds each edition,
so that nothing an earlier one had read can show; PDFs are laid out when somebody asks for one. Prints nothing.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from reportgen.preview.rebuilding import Rebuilder, Tell
from reportgen.preview.serving import open_server
from reportgen.preview.workers import Plan

LOCALHOST = "127.0.0.1"


@contextmanager
def open_preview(plan: Plan, *, tell: Tell, port: int, host: str = "") -> Iterator[str]:
    """Show the site while the context lasts; give its address.

    Without a `host` nobody but this machine is answered. Port 0 takes any that is free. `tell` hears of each
    edition, in a thread of its own, and of each PDF that can't be laid out.
    Raise `DefinitionError` where the port is taken.
    """
    with tempfile.TemporaryDirectory(prefix="reportgen-") as folder:
        rebuilder = Rebuilder(plan, Path(folder), tell)
        with open_server(rebuilder, (host or LOCALHOST, port), only_local=not host) as server:
            threads = [Thread(target=rebuilder.run), Thread(target=server.serve_forever, args=(0.1,))]
            for thread in threads:
                thread.start()
            try:
                name = f"[{host}]" if ":" in host else host or LOCALHOST
                yield f"http://{name}:{server.server_address[1]}/"
            finally:
                rebuilder.stop()
                server.shutdown()
                for thread in threads:
                    thread.join()
