"""Has something made by a module of ours in a process of its own: what draws, prints and writes workbooks takes more memory than a web
server has to spare, and never enters it."""

import asyncio
import sys


async def made(module: str, given: bytes, patience: float) -> bytes | None:
    """What the module, run as a program, answers; None where it failed or took longer than so many seconds.

    What it is given goes through a pipe, and stands in no list of processes.
    """
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module), stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        answer, _errors = await asyncio.wait_for(process.communicate(given), patience)
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return answer if process.returncode == 0 else None
