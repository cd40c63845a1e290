/** The security headers of every answer. nginx/site.conf.template has the same ones; tests compare them. */

/** The one document that the page may frame: it shows a remote image that a reader has asked for, and holds nothing else. */
export const REMOTE_IMAGE = "/remote-image.html";

const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'", // the component library sets style attributes and one style element
  "img-src 'self' data:", // remote images are in a frame of their own, or not there
  "font-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

// The hashes are those of its script and its style; a test computes them.
const REMOTE_IMAGE_POLICY = [
  "default-src 'none'",
  "script-src 'sha256-QfnE/cnbxxBJyISPPyLx22ngyNmTtOR4jeecsSBMNv0='",
  "style-src 'sha256-XuFIgBJ7OeyqE0Sf4nxd1tEcG+2gJMGTf1UH5ibWVgI='",
  "img-src https:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "sandbox allow-scripts",
];

const FIXED_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** What somebody shares by link is for those who have the link, not for those who look for it. */
export const SHARED = "/shared/";
export const NO_INDEX = "noindex, nofollow, noarchive";

/** `path` is that of the request, null when it is malformed; `connectTo` are sources in addition to the page's own origin. */
export function securityHeaders(path, connectTo) {
  if (path === REMOTE_IMAGE) {
    return { ...FIXED_HEADERS, "X-Frame-Options": "SAMEORIGIN", "Content-Security-Policy": REMOTE_IMAGE_POLICY.join("; ") };
  }
  const policy = [...POLICY, ["connect-src 'self'", ...connectTo].join(" ")].join("; ");
  const robots = path?.startsWith(SHARED) ? { "X-Robots-Tag": NO_INDEX } : {};
  return { ...FIXED_HEADERS, "Content-Security-Policy": policy, ...robots };
}
