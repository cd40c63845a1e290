import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { call, callWithResponse, chatClient } from "./clients";
import { nextCursor } from "./pagination";
import { ApiError } from "./problem";
import { beginSession, endSession, getSession, getSessionState } from "./session";

startServices();

const models = () => call("chat", () => chatClient.GET("/models"));

async function failureOf(action: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await action.then(() => null, (cause: unknown) => cause);
  if (!(error instanceof ApiError)) throw new Error("expected an ApiError");
  return error;
}

describe("a call to a service", () => {
  const first = tokenFor("vera", "1");
  const second = tokenFor("vera", "2");
  let refreshes = 0;
  const refreshed = (answer: () => Response) =>
    http.post(`${at.auth}/auth/refresh`, () => {
      refreshes += 1;
      return answer();
    });
  const takesOnly = (token: string) =>
    http.get(`${at.chat}/models`, ({ request }) =>
      request.headers.get("Authorization") === `Bearer ${token}` ? HttpResponse.json(["fine"]) : problem(401, "Sign in again."),
    );

  beforeEach(() => {
    refreshes = 0;
    beginSession(first);
  });

  it("carries the access token", async () => {
    services.use(http.get(`${at.chat}/models`, ({ request }) => HttpResponse.json([request.headers.get("Authorization")])));
    expect(await models()).toEqual([`Bearer ${first.access_token}`]);
  });

  it("fails with the sentence and the fields of the problem document", async () => {
    const errors = [{ field: "body.password", message: "too short" }];
    services.use(http.get(`${at.chat}/models`, () => problem(422, "Correct the fields.", { code: "invalid_input", errors })));
    const error = await failureOf(models());
    expect(error).toMatchObject({ detail: "Correct the fields.", code: "invalid_input", status: 422 });
    expect(error.fields).toEqual([{ field: "password", message: "Too short" }]);
  });

  it("fails with a sentence when there is no answer", async () => {
    services.use(http.get(`${at.chat}/models`, () => HttpResponse.error()));
    const error = await failureOf(models());
    expect(error.code).toBe("unreachable");
    expect(error.detail).toContain("The chat service cannot be reached");
  });

  it("fails with a sentence when the answer is no problem document", async () => {
    services.use(http.get(`${at.chat}/models`, () => new HttpResponse("<h1>Bad gateway</h1>", { status: 502 })));
    expect((await failureOf(models())).detail).toBe("The chat service could not answer (status 502). Try again in a moment.");
  });

  it("is repeated once with the next token when its token is refused", async () => {
    services.use(takesOnly(second.access_token), refreshed(() => HttpResponse.json(second)));
    expect(await models()).toEqual(["fine"]);
    expect(getSession()?.accessToken).toBe(second.access_token);
    expect(refreshes).toBe(1);
  });

  it("shares the renewal with the calls beside it", async () => {
    services.use(takesOnly(second.access_token), refreshed(() => HttpResponse.json(second)));
    expect(await Promise.all([models(), models(), models()])).toEqual([["fine"], ["fine"], ["fine"]]);
    expect(refreshes).toBe(1);
  });

  it("ends the session when the next token is refused, too", async () => {
    services.use(takesOnly("another"), refreshed(() => HttpResponse.json(second)));
    expect((await failureOf(models())).detail).toBe("Sign in again.");
    expect(getSessionState()).toEqual({ phase: "signed-out", ending: "ended" });
    expect(refreshes).toBe(1);
  });

  it("ends the session when there is no next token", async () => {
    services.use(takesOnly(second.access_token), refreshed(() => problem(401, "Sign in again.")));
    await failureOf(models());
    expect(getSessionState()).toEqual({ phase: "signed-out", ending: "ended" });
  });

  it("keeps the session when nobody can say whether it holds", async () => {
    services.use(takesOnly(second.access_token), refreshed(() => HttpResponse.error()));
    expect((await failureOf(models())).detail).toContain("The sign-in service cannot be reached");
    expect(getSessionState()).toMatchObject({ phase: "signed-in", trouble: expect.stringContaining("cannot be reached") });
  });

  it("takes a token that came while it was under way, without asking for another", async () => {
    services.use(
      http.get(`${at.chat}/models`, ({ request }) => {
        if (request.headers.get("Authorization") === `Bearer ${second.access_token}`) return HttpResponse.json(["fine"]);
        beginSession(second);
        return problem(401, "Sign in again.");
      }),
    );
    expect(await models()).toEqual(["fine"]);
  });

  it("is not repeated for another person who signed in meanwhile", async () => {
    let calls = 0;
    services.use(
      http.get(`${at.chat}/models`, () => {
        calls += 1;
        beginSession(tokenFor("bob"));
        return problem(401, "Sign in again.");
      }),
    );
    await failureOf(models());
    expect(calls).toBe(1);
    expect(getSession()?.username).toBe("bob");
  });

  it("does not call it an ended session when nobody is signed in", async () => {
    endSession("chosen");
    services.use(http.get(`${at.chat}/models`, () => problem(401, "Incorrect username or password")));
    await failureOf(models());
    expect(getSessionState()).toEqual({ phase: "signed-out", ending: "chosen" });
  });

  it("finds the next page in the Link header", async () => {
    const link = `<${at.chat}/models?limit=50&cursor=abc%3D>; rel="next"`;
    services.use(http.get(`${at.chat}/models`, () => HttpResponse.json([], { headers: { Link: link } })));
    const { response } = await callWithResponse("chat", () => chatClient.GET("/models"));
    expect(nextCursor(response)).toBe("abc=");
    expect(nextCursor(new Response())).toBeNull();
  });
});
