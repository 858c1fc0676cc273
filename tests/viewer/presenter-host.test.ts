import { expect, test, vi } from "vitest";
import { sessionStore } from "../../src/state/session.ts";
import { viewStore } from "../../src/state/view.ts";
import type { Presenter } from "../../src/viewer/presenter.ts";
import { PresenterHost } from "../../src/viewer/presenter-host.ts";

const graphics = { broken: false };
class FakePresenter {
  constructor() {
    if (graphics.broken) throw new Error("no graphics");
  }
}
const code = {
  view: async () => ({}),
  presenter: async () => ({ Presenter: FakePresenter as unknown as typeof Presenter }),
};

function host() {
  const failed = vi.fn();
  const attached = vi.fn(() => () => {});
  const host = new PresenterHost(viewStore, sessionStore, { attached, failed, notice: vi.fn() }, code);
  host.mount({} as HTMLElement, {} as HTMLElement);
  return { host, failed, attached };
}

test("a failure while nothing is open is nobody's concern, and the first slide tries again", async () => {
  graphics.broken = true;
  const { host: own, failed, attached } = host();
  await own.prepare();
  await vi.waitFor(() => expect(own.mounting).toBe(false));
  expect(attached).not.toHaveBeenCalled();
  expect(failed).not.toHaveBeenCalled();
  graphics.broken = false;
  own.want();
  await vi.waitFor(() => expect(attached).toHaveBeenCalledOnce());
  expect(own.presenter).not.toBeNull();
});

test("a failure while a slide opens is said, and the next slide tries again", async () => {
  graphics.broken = true;
  const { host: own, failed, attached } = host();
  own.want();
  await vi.waitFor(() => expect(failed).toHaveBeenCalledOnce());
  graphics.broken = false;
  own.want();
  await vi.waitFor(() => expect(attached).toHaveBeenCalledOnce());
  own.want();
  expect(failed).toHaveBeenCalledOnce();
});
