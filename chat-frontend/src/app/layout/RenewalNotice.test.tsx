import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { beginSession, getSession } from "@/api/session";
import { renewNow } from "@/api/session-keeper";
import { showInPage } from "@/test/ShowInPage";
import { at, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { RenewalNotice } from "./RenewalNotice";

startServices();

describe("the notice of a session that could not be renewed", () => {
  it("comes with the trouble and goes with it", async () => {
    const next = tokenFor("vera", "next");
    services.use(http.post(`${at.auth}/auth/refresh`, () => HttpResponse.error()));
    beginSession(tokenFor("vera"));
    showInPage(<RenewalNotice />);
    expect(screen.queryByRole("alert")).toBeNull();
    await act(renewNow);
    expect(screen.getByRole("alert")).toHaveTextContent(/cannot be reached.* You stay signed in/);
    services.use(http.post(`${at.auth}/auth/refresh`, () => HttpResponse.json(next)));
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await expect.poll(() => getSession()?.accessToken).toBe(next.access_token);
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
