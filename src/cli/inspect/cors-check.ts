import { ANY_SITE, type Ask, type Say } from "./host-check.ts";
import type { ProbeAnswer } from "./http-probe.ts";

/** Whether an answer's Access-Control-Allow-Origin lets a site read it. */
export function mayRead(allowed: string | null | undefined, origin: string | undefined): boolean {
  return allowed === "*" || (allowed !== null && allowed !== undefined && allowed === origin);
}

/** Whether the site `origin` may read the answer: it, the redirects that led to it, and the headers that are read. */
export async function checkCors(first: ProbeAnswer, origin: string, ask: Ask, say: Say): Promise<void> {
  const { headers } = first;
  const named = origin !== ANY_SITE;
  const allowed = headers["access-control-allow-origin"];
  const lines = `Access-Control-Allow-Origin: *   and   Access-Control-Expose-Headers: Content-Range, ETag`;
  const other = named
    ? `Send Access-Control-Allow-Origin: ${origin} (or *)   and   Access-Control-Expose-Headers: Content-Range, ETag`
    : `Send ${lines}. Where only some sites shall read it, name yours here: --origin https://…`;
  const closed = first.redirects.find((step) => step.allowed !== undefined && !mayRead(step.allowed, origin));
  if (closed) {
    const found = `the redirect itself (HTTP ${closed.status} of ${closed.url}) may not be read by other sites`;
    say("cors", "fault", found, `Send ${lines} with the redirect too, or give the address that it leads to.`);
    return;
  }
  if (first.origin === "null" && allowed !== "*" && allowed !== "null") {
    say(
      "cors",
      "fault",
      `after a redirect from one site to another a browser does not say which site asks, and it is read by ${allowed ? `${allowed} alone` : "no other site"}`,
      "Send Access-Control-Allow-Origin: *, or give the address that the redirect leads to.",
    );
    return;
  }
  if (allowed === undefined) {
    say(
      "cors",
      "fault",
      named
        ? `${origin} may not read it (no Access-Control-Allow-Origin)`
        : "other sites may not read it (no Access-Control-Allow-Origin), so only a viewer on this very site can",
      other,
    );
    return;
  }
  if (!mayRead(allowed, first.origin)) {
    say("cors", "fault", `only ${allowed} may read it (Access-Control-Allow-Origin)`, other);
    return;
  }
  say("cors", "ok", named ? `${origin} may read it` : "other sites may read it");
  const exposed = (headers["access-control-expose-headers"] ?? "").toLowerCase().split(/\s*,\s*/);
  if (!exposed.includes("content-range") && !exposed.includes("*")) {
    say(
      "headers",
      "note",
      "Content-Range is hidden from other sites",
      "It works, with one more request a file. Send Access-Control-Expose-Headers: Content-Range, ETag",
    );
  }
  const asked = await ask(
    { "access-control-request-method": "GET", "access-control-request-headers": "range" },
    undefined,
    "OPTIONS",
  );
  const ok =
    asked.status < 300 &&
    /(^|[,\s])(range|\*)($|[,\s])/i.test(asked.headers["access-control-allow-headers"] ?? "");
  if (!ok) {
    say(
      "headers",
      "note",
      `the question whether Range is allowed (OPTIONS) is answered HTTP ${asked.status} without a yes`,
      "Current browsers do not ask; older ones do. Allow the method OPTIONS and send Access-Control-Allow-Headers: Range",
    );
  }
}
