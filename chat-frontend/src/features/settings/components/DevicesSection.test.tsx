import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession, getSession } from "@/api/session";
import type { SignIn } from "@/api/shapes";
import { signInOf } from "@/test/people";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { DevicesSection } from "./DevicesSection";

startServices();

const sessions = `${at.auth}/auth/sessions`;

describe("the signed-in devices", () => {
  let kept: SignIn[];
  let asked: string[];
  const signOuts = http.post(`${at.auth}/auth/logout`, () => {
    asked.push("logout");
    return HttpResponse.json({ message: "Signed out" });
  });
  const entries = () => screen.findAllByRole("listitem");
  const entry = async (device: string) => within((await entries()).find((one) => one.textContent?.includes(device)) as HTMLElement);
  const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
  const confirm = async (name: string) => userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name }));

  const untilListed = (count: number) => waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(count));

  async function open() {
    showInPage(<DevicesSection />);
    await entries();
  }

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    kept = [signInOf("1", "Firefox on Linux", true), signInOf("2", "Safari on iPhone")];
    asked = [];
    services.use(
      signOuts,
      http.get(sessions, () => HttpResponse.json(kept)),
      http.delete(sessions, ({ request }) => {
        asked.push(new URL(request.url).search);
        kept = kept.slice(0, 1);
        return HttpResponse.json({ message: "Signed out everywhere else" });
      }),
      http.delete(`${sessions}/:id`, ({ params }) => {
        asked.push(String(params.id));
        kept = kept.filter(({ id }) => id !== params.id);
        return HttpResponse.json({ message: "Signed out there" });
      }),
    );
  });

  it("are listed with address and times, and this one is marked", async () => {
    await open();
    expect((await entry("Firefox")).getByText("This device")).toBeVisible();
    const phone = await entry("iPhone");
    expect(phone.queryByText("This device")).toBeNull();
    expect(phone.getByText("192.0.2.7")).toBeVisible();
    expect(phone.getAllByText(/Jan 1, 2026/)).toHaveLength(2);
  });

  it("are signed out one at a time, after a question", async () => {
    await open();
    await press(/Sign out Safari on iPhone/);
    expect(screen.getByText(/“Safari on iPhone” at 192.0.2.7 will be signed out/)).toBeVisible();
    await waitFor(() => expect(screen.getByRole("button", { name: "Cancel" })).toHaveFocus());
    expect(asked).toEqual([]);
    await confirm("Sign out");
    await waitFor(() => expect(screen.getByRole("status")).toHaveTextContent("Signed out."));
    await untilListed(1);
    expect(asked).toEqual(["2"]);
    expect(screen.getByRole("list")).toHaveFocus();
    expect(screen.queryByRole("button", { name: "Sign out everywhere else" })).toBeNull();
  });

  it("stay as they are when the question is cancelled", async () => {
    await open();
    await press(/Sign out Safari on iPhone/);
    await confirm("Cancel");
    expect(await entries()).toHaveLength(2);
    expect(screen.getByRole("button", { name: /Sign out Safari on iPhone/ })).toHaveFocus();
    expect(asked).toEqual([]);
  });

  it("are all signed out but this one", async () => {
    await open();
    await press("Sign out everywhere else");
    await confirm("Sign out everywhere else");
    await untilListed(1);
    expect(asked).toEqual(["?except_current=true"]);
    expect(getSession()).not.toBeNull();
  });

  it("leave this one in the usual way", async () => {
    await open();
    await press("Sign out Firefox on Linux, this device");
    await confirm("Sign out");
    expect(getSession()).toBeNull();
    await waitFor(() => expect(asked).toEqual(["logout"]));
  });

  it("say so when one has ended already, and show what is left", async () => {
    services.use(
      http.delete(`${sessions}/:id`, () => {
        kept = kept.slice(0, 1);
        return problem(404, "There is no such session.");
      }),
    );
    await open();
    await press(/Sign out Safari on iPhone/);
    await confirm("Sign out");
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no such session.");
    await untilListed(1);
  });

  it("say why they cannot be listed, and are listed later", async () => {
    services.use(http.get(sessions, () => problem(503, "The database is busy.")));
    showInPage(<DevicesSection />);
    expect(await screen.findByRole("alert")).toHaveTextContent("The database is busy.");
    services.use(http.get(sessions, () => HttpResponse.json(kept)));
    await press("Try again");
    expect(await entries()).toHaveLength(2);
  });

  it("come in pages", async () => {
    const link = `<${sessions}?cursor=more>; rel="next"`;
    services.use(
      http.get(sessions, ({ request }) =>
        new URL(request.url).searchParams.get("cursor") === "more"
          ? HttpResponse.json([signInOf("3", "Edge on Windows")])
          : HttpResponse.json(kept, { headers: { Link: link } }),
      ),
    );
    await open();
    await press("Show more");
    await untilListed(3);
    expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
  });
});
