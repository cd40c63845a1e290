/** The security headers of every answer. nginx/site.conf.template has the same ones; a test compares them. */

const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'", // the component library sets style attributes and one style element
  "img-src 'self' data:", // the page never loads remote images: it shows links to them
  "font-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

const FIXED_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** `connectTo` are sources in addition to the page's own origin. */
export function securityHeaders(connectTo) {
  const policy = [...POLICY, ["connect-src 'self'", ...connectTo].join(" ")].join("; ");
  return { ...FIXED_HEADERS, "Content-Security-Policy": policy };
}
