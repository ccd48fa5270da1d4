"""One visit to the school by a Python client: `mcp` or `fastmcp`, with the OAuth that each brings along.

visit.py <package> <mode> <MCP URL> <port for the callback> <arguments of simulate_battle and schedule_battle, a JSON array>.
The authorization URL is printed, for a person to open; `report` and a battle are printed, for an instructor to report it,
once the client listens; the last line that is printed is what the client saw, as JSON.
"""

import asyncio
import json
import sys
from urllib.parse import parse_qs, urlsplit

STANDINGS = "school://standings"


async def visit_with_mcp(mode, url, port, simulation, battle):
    import httpx2
    from mcp import Client
    from mcp.client.auth import OAuthClientProvider
    from mcp.client.sse import sse_client
    from mcp.client.streamable_http import streamable_http_client
    from mcp.types import ElicitResult, ResourceUpdatedNotification
    from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

    class Storage:
        tokens = client_info = None

        async def get_tokens(self):
            return self.tokens

        async def set_tokens(self, tokens):
            self.tokens = tokens

        async def get_client_info(self):
            return self.client_info

        async def set_client_info(self, client_info):
            self.client_info = client_info

    came_back = asyncio.get_running_loop().create_future()

    async def answer(reader, writer):
        target = (await reader.readline()).split()[1].decode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        came_back.set_result({key: value for key, (value, *_) in parse_qs(urlsplit(target).query).items()})

    async def redirect(authorization_url):
        print(authorization_url, flush=True)

    async def callback():
        answered = await came_back
        return AuthorizationCodeResult(**{key: answered.get(key) for key in ("code", "state", "iss")})

    questions = []

    async def agree(context, params):
        questions.append(params.message)
        return ElicitResult(action="accept", content={"confirm": True})

    updated = asyncio.get_running_loop().create_future()

    async def hear(message):
        if isinstance(message, ResourceUpdatedNotification) and not updated.done():
            updated.set_result(message.params.uri)

    async def next_change(client, battle):
        if client.protocol_version == "2026-07-28":
            async with client.listen(resource_subscriptions=[STANDINGS]) as changes:
                ask_for_report(battle)
                return (await anext(changes)).uri
        await client.subscribe_resource(STANDINGS)
        ask_for_report(battle)
        return await updated

    callback_url = f"http://127.0.0.1:{port}/callback"
    metadata = OAuthClientMetadata(client_name="Python SDK", redirect_uris=[callback_url])
    auth = OAuthClientProvider(url, metadata, Storage(), redirect, callback)
    async with await asyncio.start_server(answer, "127.0.0.1", port):
        if url.endswith("/sse"):
            transport = sse_client(url, auth=auth)
        else:
            transport = streamable_http_client(url, http_client=httpx2.AsyncClient(auth=auth, timeout=30))
        async with Client(transport, mode=mode, elicitation_callback=agree, message_handler=hear) as client:
            progress = []
            seen = {
                "tools": [tool.name for tool in (await client.list_tools()).tools],
                "own": (await client.call_tool("get_student_info", {})).structured_content,
                "prompt": (await client.get_prompt("instructor_message")).model_dump_json(),
                "standings": (await client.read_resource(STANDINGS)).model_dump_json(),
            }
            await client.call_tool("simulate_battle", simulation, progress_callback=counting(progress))
            battle = await client.call_tool("schedule_battle", battle)
            seen["told"] = await asyncio.wait_for(next_change(client, battle.structured_content["battle"]), 30)
            return {**seen, **outcome(client, progress, battle, questions)}


async def visit_with_fastmcp(mode, url, port, simulation, battle):
    from fastmcp import Client
    from fastmcp.client.auth import OAuth

    questions = []

    async def agree(message, response_type, params, context):
        questions.append(message)
        return {"confirm": True}

    # It opens the URL with the command that BROWSER names, and listens at the callback itself.
    auth = OAuth(callback_port=int(port))
    async with Client(url, auth=auth, mode=mode, elicitation_handler=agree) as client:
        progress = []
        seen = {
            "tools": [tool.name for tool in await client.list_tools()],
            "own": (await client.call_tool("get_student_info", {})).structured_content,
            "prompt": (await client.get_prompt("instructor_message")).model_dump_json(),
            "standings": str(await client.read_resource(STANDINGS)),
        }
        await client.call_tool("simulate_battle", simulation, progress_handler=counting(progress))
        battle = await client.call_tool("schedule_battle", battle)
        return {**seen, **outcome(client, progress, battle, questions)}


def ask_for_report(battle):
    print("report", json.dumps(battle), flush=True)


def counting(progress):
    async def count(done, total, message):
        progress.append(done)

    return count


def outcome(client, progress, battle, questions):
    scheduled = {**battle.structured_content, "questions": questions}
    return {"revision": client.protocol_version, "progress": progress, "scheduled": scheduled}


visits = {"mcp": visit_with_mcp, "fastmcp": visit_with_fastmcp}
package, mode, url, port, plan = sys.argv[1:]
print(json.dumps(asyncio.run(visits[package](mode, url, port, *json.loads(plan)))), flush=True)
