import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { at, problem, services, startServices } from "@/test/services";
import { call, callWithResponse, chatClient } from "./clients";
import { nextCursor } from "./pagination";
import { ApiError } from "./problem";
import { endSession, getSession, hasSessionExpired, startSession } from "./session";

startServices();

const models = () => call("chat", () => chatClient.GET("/models"));

async function failureOf(action: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await action.then(() => null, (cause: unknown) => cause);
  if (!(error instanceof ApiError)) throw new Error("expected an ApiError");
  return error;
}

describe("a call to a service", () => {
  beforeEach(() => startSession("vera", { access_token: "token-1", expires_in: 60 }));

  it("carries the access token", async () => {
    services.use(http.get(`${at.chat}/models`, ({ request }) => HttpResponse.json([request.headers.get("Authorization")])));
    expect(await models()).toEqual(["Bearer token-1"]);
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

  it("ends the session when its token is refused", async () => {
    services.use(http.get(`${at.chat}/models`, () => problem(401, "Sign in again.")));
    await failureOf(models());
    expect(getSession()).toBeNull();
    expect(hasSessionExpired()).toBe(true);
  });

  it("leaves a session alone that began while the refused call was under way", async () => {
    services.use(
      http.get(`${at.chat}/models`, () => {
        startSession("vera", { access_token: "token-2", expires_in: 60 });
        return problem(401, "Sign in again.");
      }),
    );
    await failureOf(models());
    expect(getSession()?.accessToken).toBe("token-2");
  });

  it("does not call it an expired session when nobody is signed in", async () => {
    endSession();
    services.use(http.get(`${at.chat}/models`, () => problem(401, "Incorrect username or password")));
    await failureOf(models());
    expect(hasSessionExpired()).toBe(false);
  });

  it("finds the next page in the Link header", async () => {
    const link = `<${at.chat}/models?limit=50&cursor=abc%3D>; rel="next"`;
    services.use(http.get(`${at.chat}/models`, () => HttpResponse.json([], { headers: { Link: link } })));
    const { response } = await callWithResponse("chat", () => chatClient.GET("/models"));
    expect(nextCursor(response)).toBe("abc=");
    expect(nextCursor(new Response())).toBeNull();
  });
});
