"""`jeg reset`: back to a clone that was set up and never started."""

import shutil

from stack.errors import StackError
from stack.folders import Folders
from stack.record import Lock
from stack.services.place import remove_services_folder


def reset(folders: Folders) -> None:
    """Delete database, broker data, demo keys, logs and secrets; what setup built stays.

    Raises StackError while the stack runs.
    """
    if Lock(folders).holder() is not None:
        message = "the stack is running; stop it first: jeg down"
        raise StackError(message)
    if folders.jeg.exists():
        remove_services_folder(folders.root)
    for folder in (folders.run, folders.logs, folders.devices.parent):
        shutil.rmtree(folder, ignore_errors=True)
    folders.env.unlink(missing_ok=True)
