"""The socket: plain mode, streaming mode, what survives a broken connection, and how it closes."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from support.client import People, Person, ok, unique_name, until_status
from support.sockets import Frame, Socket, seqs_of, text_of
from support.stack import Stack

PACED = "[[tokens=40]][[rate=40]]"  # one second of an answer
PACED_TEXT = "".join(f"word{number} " for number in range(1, 41))


async def begin(socket: Socket, content: str, **fields: object) -> str:
    """Send a message in streaming mode; gives the id of the answer that begins."""
    await socket.send("message", content=content, **fields)
    return str((await socket.until("start"))[-1]["message_id"])


async def deltas(socket: Socket, count: int) -> list[Frame]:
    """At least this many deltas."""
    frames: list[Frame] = []
    while len(frames) < count:
        frames.append(await socket.expect("delta"))
    return frames


class TestPlainMode:
    async def test_the_next_frame_is_the_answer(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation) as socket:
            await socket.send("message", content="[[say]]Hello to you")
            frame = await socket.receive()
        assert (frame["type"], frame["role"], frame["content"]) == ("message", "assistant", "Hello to you")
        stored = (await alice.messages(conversation))[-1]
        assert frame["message_id"] == stored["id"]
        assert datetime.fromisoformat(frame["timestamp"]).utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - datetime.fromisoformat(frame["timestamp"])) < timedelta(minutes=1)

    async def test_one_message_after_the_other_each_has_one_answer(self, alice: Person) -> None:
        async with alice.socket(await alice.new_conversation()) as socket:
            for number in range(3):
                await socket.send("message", content=f"[[say]]answer {number}")
                assert (await socket.receive())["content"] == f"answer {number}"

    async def test_two_in_a_row_are_answered_in_order(self, alice: Person) -> None:
        async with alice.socket(await alice.new_conversation()) as socket:
            for number in range(2):
                await socket.send("message", content=f"[[say]]answer {number}")
            assert [(await socket.receive())["content"] for _ in range(2)] == ["answer 0", "answer 1"]

    @pytest.mark.parametrize(
        ("script", "code"),
        [
            ("[[status=429]][[retry_after=30]]", "provider_rate_limited"),
            ("[[tokens=9]][[cut=2]]", "provider_bad_response"),
        ],
    )
    async def test_the_next_frame_is_the_failure(self, alice: Person, script: str, code: str) -> None:
        async with alice.socket(await alice.new_conversation()) as socket:
            await socket.send("message", content=script)
            frame = await socket.receive()
            assert frame["type"] == "error"
            assert frame["code"] == code
            assert frame["retryable"] is True
            assert frame["message"].endswith(".")
            await socket.send("message", content="[[say]]Still here")
            assert (await socket.receive())["content"] == "Still here"

    async def test_a_resend_is_answered_with_the_same_message(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        frames = []
        for _ in range(2):
            async with alice.socket(conversation) as socket:
                await socket.send("message", content="[[say]]Once", client_id="c-1")
                frames.append(await socket.receive())
        assert frames[0] == frames[1]
        assert len(await alice.messages(conversation)) == 2

    async def test_no_frame_comes_unasked(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation) as idle, alice.socket(conversation) as busy:
            await busy.send("message", content="[[say]]Only for you")
            await busy.receive()
            await idle.send("ping")
            await idle.expect("pong")


class TestStreaming:
    async def test_an_exchange_has_its_frames_in_order(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=True) as socket:
            await socket.expect("ready", conversation_id=conversation, active=[])
            await socket.send("message", content="[[tokens=30]][[rate=300]]", client_id="c-1")
            frames = await socket.answer()
        kinds = [frame.type for frame in frames]
        assert kinds.index("ack") < kinds.index("start") < kinds.index("delta")
        assert set(kinds) == {"ack", "title", "start", "delta", "message"}
        ack, start, final = frames[kinds.index("ack")], frames[kinds.index("start")], frames[-1]
        question, answer = await alice.messages(conversation)
        assert (ack["client_id"], ack["message_id"], ack["timestamp"]) == ("c-1", question["id"], question["timestamp"])
        assert (start["message_id"], start["in_reply_to"]) == (answer["id"], question["id"])
        assert seqs_of(frames) == list(range(1, final["seq"] + 1))
        assert text_of(frames) == final["content"] == answer["content"]
        assert (final["status"], final["usage"]) == ("complete", answer["usage"])

    async def test_words_come_while_the_model_still_writes(self, alice: Person, stack: Stack) -> None:
        text = f"{PACED}{unique_name()}"
        async with alice.socket(await alice.new_conversation(), stream=True) as socket:
            await begin(socket, text)
            await deltas(socket, 3)
            record = next(record for record in stack.provider.requests if text in json.dumps(record.body))
            assert record.state == "open"

    async def test_the_first_message_names_the_conversation(self, alice: Person) -> None:
        async with alice.socket(await alice.new_conversation(), stream=True) as socket:
            await socket.send("message", content="Why is the sky blue?")
            assert (await socket.until("title"))[-1]["title"] == "Why is the sky blue?"

    async def test_a_failure_follows_the_final_message(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=True) as socket:
            await socket.send("message", content="[[tokens=9]][[cut=4]]")
            final = (await socket.answer())[-1]
            error = await socket.expect("error", code="provider_bad_response", retryable=True)
        assert (final["status"], final["content"]) == ("failed", "word1 word2 word3 word4 ")
        assert error["message_id"] == final["message_id"]

    async def test_a_message_while_an_answer_is_written_is_busy(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=True) as socket:
            await begin(socket, PACED)
            await socket.send("message", content="Me too", client_id="too-soon")
            error = (await socket.until("error"))[-1]
            assert (error["code"], error["retryable"], error["client_id"]) == ("busy", True, "too-soon")
            assert (await socket.answer())[-1]["status"] == "complete"
        assert len(await alice.messages(conversation)) == 2


class TestStop:
    async def test_keeps_what_came_and_leaves_the_model(self, alice: Person, stack: Stack) -> None:
        conversation = await alice.new_conversation()
        text = f"[[tokens=900]][[rate=40]]{unique_name()}"
        async with alice.socket(conversation, stream=True) as socket:
            answer = await begin(socket, text)
            seen = await deltas(socket, 5)
            await socket.send("stop", message_id=answer)
            frames = seen + await socket.answer()
            final = frames[-1]
        assert final["status"] == "stopped"
        assert final["content"] == text_of(frames)
        assert 5 <= len(final["content"].split()) < 300
        assert (await alice.messages(conversation))[-1]["content"] == final["content"]
        record = next(record for record in stack.provider.requests if text in json.dumps(record.body))
        assert record.state == "disconnected"

    async def test_lets_the_conversation_go_on(self, alice: Person) -> None:
        async with alice.socket(await alice.new_conversation(), stream=True) as socket:
            await socket.send("stop", message_id=await begin(socket, "[[tokens=900]][[rate=40]]"))
            await socket.answer()
            await socket.send("message", content="[[say]]Next")
            final = (await socket.until("message", role="assistant", content="Next"))[-1]
        assert final["status"] == "complete"

    async def test_of_a_finished_answer_changes_nothing(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        reply = await alice.ask(conversation, "[[say]]Done")
        async with alice.socket(conversation, stream=True) as socket:
            await socket.expect("ready")
            await socket.send("stop", message_id=reply["id"])
            await socket.send("ping")
            await socket.expect("pong")
        assert (await alice.messages(conversation))[-1] == reply

    async def test_of_anothers_answer_is_not_possible(self, alice: Person, bob: Person) -> None:
        async with (
            alice.socket(await alice.new_conversation(), stream=True) as hers,
            bob.socket(await bob.new_conversation(), stream=True) as his,
        ):
            answer = await begin(hers, PACED)
            await his.expect("ready")
            await his.send("stop", message_id=answer)
            await his.expect("error", code="message_not_found")
            assert (await hers.answer())[-1]["status"] == "complete"


class TestReconnect:
    async def test_an_answer_goes_on_without_a_socket(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=True) as socket:
            await begin(socket, PACED)
            socket.cut()
        answer = (await until_status(alice, conversation, "complete"))[-1]
        assert answer["content"] == PACED_TEXT

    async def test_resuming_mid_answer_misses_nothing_and_doubles_nothing(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=True) as socket:
            answer = await begin(socket, PACED)
            first = await deltas(socket, 8)
            socket.cut()
        async with alice.socket(conversation, stream=True) as socket:
            ready = await socket.expect("ready")
            assert [active["message_id"] for active in ready["active"]] == [answer]
            assert ready["active"][0]["seq"] >= first[-1]["seq"]
            await socket.send("resume", message_id=answer, after=first[-1]["seq"])
            frames = await socket.answer()
        assert {frame.type for frame in frames} == {"delta", "message"}
        assert seqs_of(first + frames) == list(range(1, frames[-1]["seq"] + 1))
        assert text_of(first + frames) == frames[-1]["content"] == PACED_TEXT

    async def test_many_cuts_in_one_answer_still_give_the_whole(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        frames: list[Frame] = []
        async with alice.socket(conversation, stream=True) as socket:
            answer = await begin(socket, "[[tokens=100]][[rate=80]]")
            frames += await deltas(socket, 5)
            socket.cut()
        for _ in range(5):
            async with alice.socket(conversation, stream=True) as socket:
                await socket.expect("ready")
                await socket.send("resume", message_id=answer, after=frames[-1]["seq"])
                frames += await deltas(socket, 5)
                socket.cut()
        async with alice.socket(conversation, stream=True) as socket:
            await socket.send("resume", message_id=answer, after=frames[-1]["seq"])
            frames += (await socket.answer())[1:]
        assert seqs_of(frames) == list(range(1, frames[-1]["seq"] + 1))
        assert text_of(frames) == frames[-1]["content"] == "".join(f"word{number} " for number in range(1, 101))

    async def test_resuming_a_finished_answer_replays_the_rest_and_its_end(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        frames = await alice.events_of(conversation, "[[tokens=20]][[rate=200]]")
        final = frames[-1]
        async with alice.socket(conversation, stream=True) as socket:
            await socket.expect("ready", active=[])
            for after in (0, 2, final["seq"], final["seq"] + 50):
                await socket.send("resume", message_id=final["message_id"], after=after)
                replayed = await socket.answer()
                assert seqs_of(replayed) == list(range(after + 1, final["seq"] + 1))
                assert replayed[-1] == final

    async def test_a_history_load_and_resume_fit_together(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=True) as socket:
            answer = await begin(socket, PACED)
            await deltas(socket, 4)
            socket.cut()
        loaded = (await alice.messages(conversation))[-1]
        async with alice.socket(conversation, stream=True) as socket:
            await socket.expect("ready")
            await socket.send("resume", message_id=answer, after=loaded["seq"])
            frames = await socket.answer()
        assert loaded["status"] == "streaming"
        assert loaded["content"] + text_of(frames) == PACED_TEXT

    async def test_a_resend_after_a_lost_ack_is_stored_once_and_answered_whole(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=True) as socket:
            await socket.send("message", content=PACED, client_id="c-1")
            await until_status(alice, conversation, "streaming")
            socket.cut()
        async with alice.socket(conversation, stream=True) as socket:
            await socket.expect("ready")
            await socket.send("message", content=PACED, client_id="c-1")
            frames = await socket.answer()
        assert frames[0].type == "ack"
        assert (text_of(frames), seqs_of(frames)) == (PACED_TEXT, list(range(1, frames[-1]["seq"] + 1)))
        assert len(await alice.messages(conversation)) == 2

    async def test_anothers_answer_cannot_be_resumed(self, alice: Person, bob: Person) -> None:
        reply = await alice.ask(await alice.new_conversation(), "[[say]]A secret")
        async with bob.socket(await bob.new_conversation(), stream=True) as socket:
            await socket.expect("ready")
            await socket.send("resume", message_id=reply["id"], after=0)
            await socket.expect("error", code="message_not_found")


class TestTwoTabs:
    async def test_show_the_same(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with (
            alice.socket(conversation, stream=True) as one,
            alice.socket(conversation, stream=True) as two,
        ):
            await one.expect("ready")
            await two.expect("ready")
            await one.send("message", content=PACED, client_id="c-1")
            seen_one, seen_two = await asyncio.gather(one.answer(), two.answer())
        echo = seen_two[0]
        assert (echo.type, echo["role"], echo["content"], echo["client_id"]) == ("message", "user", PACED, "c-1")
        assert not any(frame.type == "message" and frame["role"] == "user" for frame in seen_one)
        assert [frame for frame in seen_one if frame.type != "ack"] == seen_two[1:]

    async def test_a_slow_one_holds_up_no_other(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with (
            alice.socket(conversation, stream=True) as lazy,
            alice.socket(conversation, stream=True) as quick,
        ):
            await quick.expect("ready")
            await quick.send("message", content="[[tokens=3000]]")
            assert (await quick.answer())[-1]["status"] == "complete"
            assert text_of(await lazy.answer()).endswith("word3000 ")

    async def test_one_may_stop_what_the_other_began(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with (
            alice.socket(conversation, stream=True) as one,
            alice.socket(conversation, stream=True) as two,
        ):
            await two.expect("ready")
            answer = await begin(one, "[[tokens=900]][[rate=40]]")
            await two.until("start")
            await two.send("stop", message_id=answer)
            assert (await one.answer())[-1]["status"] == "stopped"
            assert (await two.answer())[-1]["status"] == "stopped"

    async def test_see_what_is_sent_over_rest(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=True) as socket:
            await socket.expect("ready")
            reply = await alice.ask(conversation, "[[say]]From elsewhere")
            frames = await socket.answer()
        assert frames[0]["role"] == "user"
        assert frames[-1]["message_id"] == reply["id"]


class TestFrames:
    @pytest.mark.parametrize(
        "data",
        [
            "not json",
            "[]",
            "7",
            "null",
            "{}",
            '{"type": "dance"}',
            '{"type": "message"}',
            '{"type": "message", "content": 5}',
            '{"type": "message", "content": "  "}',
            '{"type": "stop"}',
            '{"type": "message", "content": "' + "x" * 32_001 + '"}',
            '{"type": "ping", "padding": "' + "x" * 70_000 + '"}',
            b"\xff\xfe\x00",
        ],
        ids=lambda data: str(data[:40]),
    )
    @pytest.mark.parametrize("stream", [False, True])
    async def test_a_bad_one_is_told_and_the_socket_lives(self, alice: Person, stream: bool, data: str | bytes) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=stream) as socket:
            await socket.send_raw(data)
            error = (await socket.until("error"))[-1]
            assert {"code", "message", "retryable"} <= error.keys()
            await socket.send("ping")
            await socket.expect("pong")
        assert await alice.messages(conversation) == []

    async def test_ten_bad_ones_in_a_row_close_the_socket(self, alice: Person) -> None:
        async with alice.socket(await alice.new_conversation(), stream=True) as socket:
            for _ in range(10):
                await socket.send_raw("nonsense")
            assert await socket.close_code() == 4429

    async def test_good_ones_between_bad_ones_keep_it_open(self, alice: Person) -> None:
        async with alice.socket(await alice.new_conversation()) as socket:
            for _ in range(3):
                for _ in range(9):
                    await socket.send_raw("nonsense")
                    await socket.expect("error")
                await socket.send("ping")
                await socket.expect("pong")

    async def test_one_beyond_all_measure_closes_it(self, alice: Person) -> None:
        async with alice.socket(await alice.new_conversation()) as socket:
            await socket.send_raw("x" * 1_100_000)
            assert await socket.close_code() in (1009, 4413)

    async def test_an_unlisted_model_is_refused(self, alice: Person) -> None:
        async with alice.socket(await alice.new_conversation()) as socket:
            await socket.send("message", content="Hi", model="gpt-99")
            await socket.expect("error", code="unknown_model", retryable=False)


class TestAdmission:
    @pytest.mark.parametrize("token", [None, "", "nonsense", "a.b.c"])
    async def test_without_credentials_is_4401(self, alice: Person, token: str | None) -> None:
        async with alice.socket(await alice.new_conversation(), token=token) as socket:
            await socket.expect("error", code="invalid_credentials", retryable=False)
            assert await socket.close_code() == 4401

    async def test_an_expired_or_foreign_token_is_4401(self, alice: Person, people: People) -> None:
        conversation = await alice.new_conversation()
        expired = people.with_token_alone(lifetime=timedelta(seconds=-1)).token
        for token in (expired, people.stack.codec.sign_service("chat-service")):
            async with alice.socket(conversation, token=token) as socket:
                assert await socket.close_code() == 4401

    async def test_a_token_that_ends_closes_the_socket(self, alice: Person, people: People) -> None:
        person = people.with_short_token(alice, timedelta(seconds=2))
        async with person.socket(await person.new_conversation(), stream=True) as socket:
            await socket.expect("ready")
            assert await socket.close_code() == 4401

    async def test_anothers_or_a_missing_conversation_is_4404(self, alice: Person, bob: Person) -> None:
        conversation = await alice.new_conversation()
        refusals = []
        for absent in (conversation, conversation[:-1] + "0", "x"):
            async with bob.socket(absent, stream=True) as socket:
                refusals.append(await socket.expect("error", code="conversation_not_found"))
                assert await socket.close_code() == 4404
        assert refusals[0] == refusals[1] == refusals[2]
        assert refusals[0]["message"] == "Conversation not found or access denied"

    async def test_a_token_as_subprotocol_serves_as_well(self, alice: Person) -> None:
        offered = ["convoai", f"bearer.{alice.token}"]
        async with alice.socket(await alice.new_conversation(), token=None, subprotocols=offered) as socket:
            assert socket.subprotocol == "convoai"
            await socket.send("message", content="[[say]]Come in")
            assert (await socket.receive())["content"] == "Come in"

    async def test_only_allowed_pages_may_connect(self, alice: Person, stack: Stack) -> None:
        conversation = await alice.new_conversation()
        for origin in (stack.page_origin, stack.chat.address, None):
            async with alice.socket(conversation, origin=origin) as socket:
                await socket.send("ping")
                await socket.expect("pong")
        for origin in ("https://evil.example", "null", stack.page_origin + ".evil.example"):
            async with alice.socket(conversation, origin=origin) as socket:
                await socket.expect("error", code="origin_not_allowed")
                assert await socket.close_code() == 4401

    async def test_deleting_the_conversation_closes_its_sockets(self, alice: Person) -> None:
        conversation = await alice.new_conversation()
        async with alice.socket(conversation, stream=True) as socket:
            await begin(socket, "[[tokens=900]][[rate=40]]")
            ok(await alice.chat("DELETE", f"/conversations/{conversation}"))
            assert (await socket.until("error"))[-1]["code"] == "conversation_not_found"
            assert await socket.close_code() == 4404
