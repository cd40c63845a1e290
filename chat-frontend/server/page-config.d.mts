/** The types of page-config.mjs, which stays JavaScript so that `npm start` needs no build of the server. */
type Environment = Record<string, string | undefined>;

export const variables: string[];
export function configScript(environment: Environment): string;
export function hostNameOf(hostHeader: string | undefined): string | null;
export function connectSources(environment: Environment, hostName: string | null): string[];
export function contentSecurityPolicy(environment: Environment, hostName: string | null): string;
export function securityHeaders(environment: Environment, hostHeader: string | undefined): Record<string, string>;
