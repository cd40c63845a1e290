/** Owns the one error type of the page: what went wrong, as a sentence to show, whichever way it went wrong. */
import { t } from "i18next";
import { phrase } from "@/i18n/phrase";

export interface FieldProblem {
  field: string;
  message: string;
}

export type ServiceName = "auth" | "chat" | "analytics";

const serviceTitles: Record<ServiceName, string> = {
  auth: phrase("The sign-in service"),
  chat: phrase("The chat service"),
  analytics: phrase("The analytics service"),
};

/** The code of an error that never reached a service. */
export const UNREACHABLE = "unreachable";

export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** A sentence a person can act on. */
    readonly detail: string,
    /** A stable noun to decide on. */
    readonly code: string,
    /** The HTTP status; 0 when there was no answer. */
    readonly status: number,
    readonly fields: FieldProblem[] = [],
    /** The problem document, for what an error says beyond its sentence. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}

export function unreachable(service: ServiceName): ApiError {
  const detail = t("{{service}} cannot be reached. Check the connection and that the service is running, then try again.", {
    service: t(serviceTitles[service]),
  });
  return new ApiError(detail, UNREACHABLE, 0);
}

/** Turn the body of a refusal into an error; a body that is no problem document still gives a sentence. */
export function fromProblem(service: ServiceName, status: number, body: unknown): ApiError {
  const problem = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const detail = typeof problem.detail === "string" ? problem.detail : fallbackDetail(service, status);
  const code = typeof problem.code === "string" ? problem.code : `http_${status}`;
  return new ApiError(detail, code, status, parseFields(problem.errors), problem);
}

function fallbackDetail(service: ServiceName, status: number): string {
  if (status === 429) return t("There were too many requests. Wait a moment, then try again.");
  return t("{{service}} could not answer (status {{status}}). Try again in a moment.", { service: t(serviceTitles[service]), status });
}

function parseFields(errors: unknown): FieldProblem[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) return [];
    const { field, message } = entry as Record<string, unknown>;
    // Services name a field by its path ("body.password"); a form knows it by its last part.
    return typeof field === "string" && typeof message === "string"
      ? [{ field: field.split(".").at(-1) ?? field, message: message.charAt(0).toUpperCase() + message.slice(1) }]
      : [];
  });
}

/** The sentence for any thrown value. Anything but an ApiError is a fault of the page itself. */
export function sentenceOf(error: unknown): string {
  return error instanceof ApiError ? error.detail : t("Something went wrong in the page. Reload it, then try again.");
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}
