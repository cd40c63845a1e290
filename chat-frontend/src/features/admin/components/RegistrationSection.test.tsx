import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import type { RegistrationPolicy } from "@/api/shapes";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { domainsIn } from "../model/domains";
import { RegistrationSection } from "./RegistrationSection";

startServices();

const address = `${at.auth}/settings/registration`;
const DOMAINS = "Email domains that may register";

describe("who may register", () => {
  let policy: RegistrationPolicy;
  let sent: unknown[];

  const save = () => userEvent.click(screen.getByRole("button", { name: "Save" }));

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    policy = { mode: "open", allowed_domains: [], changed_at: null };
    sent = [];
    services.use(
      http.get(address, () => HttpResponse.json(policy)),
      http.put(address, async ({ request }) => {
        const body = (await request.json()) as Pick<RegistrationPolicy, "mode" | "allowed_domains">;
        sent.push(body);
        policy = { ...body, changed_at: "2026-01-01T12:00:00+00:00" };
        return HttpResponse.json(policy);
      }),
    );
  });

  it("is shown, and set", async () => {
    showInPage(<RegistrationSection />);
    expect(await screen.findByText("As the server was set up.")).toBeVisible();
    expect(screen.getByLabelText("Open")).toBeChecked();
    await userEvent.click(screen.getByLabelText("Invite only"));
    await userEvent.type(screen.getByLabelText(DOMAINS), "example.org{Enter}@example.com");
    await save();
    await waitFor(() => expect(screen.getByRole("status")).toHaveTextContent("Saved."));
    expect(sent).toEqual([{ mode: "invite_only", allowed_domains: ["example.org", "example.com"] }]);
    expect(screen.getByText(/Last changed Jan 1, 2026/)).toBeVisible();
    expect(screen.getByLabelText(DOMAINS)).toHaveValue("example.org\nexample.com");
  });

  it("says which domain is none, and keeps what was typed", async () => {
    const errors = [{ field: "body.allowed_domains.1", message: "this is no domain" }];
    services.use(http.put(address, () => problem(422, "Correct the fields.", { errors })));
    showInPage(<RegistrationSection />);
    await userEvent.type(await screen.findByLabelText(DOMAINS), "example.org, nonsense");
    await save();
    expect(await screen.findByText("“nonsense”: This is no domain.")).toBeVisible();
    expect(screen.getByLabelText(DOMAINS)).toHaveValue("example.org, nonsense");
  });

  it("shows any other failure as a sentence", async () => {
    services.use(http.put(address, () => HttpResponse.error()));
    showInPage(<RegistrationSection />);
    await userEvent.click(await screen.findByLabelText("Closed"));
    await save();
    expect(await screen.findByRole("alert")).toHaveTextContent("The sign-in service cannot be reached.");
    expect(screen.getByLabelText("Closed")).toBeChecked();
  });

  it("says why it cannot be shown, and is shown later", async () => {
    services.use(http.get(address, () => problem(503, "The database is busy.")));
    showInPage(<RegistrationSection />);
    expect(await screen.findByRole("alert")).toHaveTextContent("The database is busy.");
    services.use(http.get(address, () => HttpResponse.json(policy)));
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByLabelText("Open")).toBeChecked();
  });
});

describe("domains as they are typed", () => {
  it.each([
    ["example.org", ["example.org"]],
    [" a.org,\n\n@b.org ; c@d.org\t", ["a.org", "b.org", "d.org"]],
    ["  \n ", []],
  ])("%j are %j", (text, domains) => {
    expect(domainsIn(text)).toEqual(domains);
  });
});
