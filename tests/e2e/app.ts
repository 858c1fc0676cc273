import { test as base, expect, type Page } from "@playwright/test";
import type { Camera } from "../../src/core/camera.ts";
import { fillTemplate } from "../../src/core/errors.ts";
import { messages } from "../../src/core/messages.ts";
import type { EmbeddingStatus } from "../../src/viewer/embedding.ts";
import "../../src/viewer/embedding.ts";

/** A file handed to the product as a user's own. */
export interface UserFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A file of text or bytes, as `setInputFiles` wants it. */
export function userFile(name: string, content: string | Uint8Array): UserFile {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
}

/** The running product as a user has it before them: its page, and what `window.centiscope` says of it. */
export class Product {
  readonly page: Page;
  /** Uncaught exceptions, breaches of the Content Security Policy, and requests to other hosts than the test's. */
  readonly faults: string[] = [];
  readonly dataUrl: string;
  readonly #own: Set<string>;

  constructor(page: Page, appUrl: string) {
    this.page = page;
    const app = new URL(appUrl);
    this.dataUrl = `http://${app.hostname}:${Number(app.port) + 1}/`;
    const own = new Set([app.host, new URL(this.dataUrl).host]);
    this.#own = own;
    page.on("pageerror", (error) => this.faults.push(`uncaught: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (/Content[- ]Security[- ]Policy|violates the following/i.test(message.text()))
        this.faults.push(`policy: ${message.text()}`);
    });
    page.context().on("request", (request) => {
      const url = new URL(request.url());
      if (/^https?:$/.test(url.protocol) && !own.has(url.host))
        this.faults.push(`third party: ${request.url()}`);
    });
  }

  /** Slides are opened from this host too: asking it for files is no fault. */
  uses(hostUrl: string): void {
    this.#own.add(new URL(hostUrl).host);
  }

  /** Opens the page with a query such as `?sample=merscope-mouse`, and waits until nothing loads. */
  async visit(query = ""): Promise<void> {
    await this.page.goto(`./${query}`);
    await this.page.waitForFunction(() => window.centiscope !== undefined);
    await this.ready();
  }

  async visitSample(id: string): Promise<void> {
    await this.visit(`?sample=${id}`);
    await expect.poll(async () => (await this.status()).slides.length).toBe(1);
    await this.ready();
  }

  ready(): Promise<void> {
    return this.page.evaluate(() => window.centiscope?.ready());
  }

  status(): Promise<EmbeddingStatus> {
    return this.page.evaluate(() => {
      if (!window.centiscope) throw new Error("The page has no window.centiscope.");
      return window.centiscope.status();
    });
  }

  async camera(): Promise<Camera> {
    const camera = await this.page.evaluate(() => window.centiscope?.camera());
    if (!camera) throw new Error("No slide is shown, so there is no camera.");
    return camera;
  }

  /** Through the picker behind "Open files", as a user does. */
  async openFiles(files: readonly UserFile[]): Promise<void> {
    const before = (await this.status()).slides.length;
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: "Open files" }).first().click();
    await (await chooser).setFiles([...files]);
    await expect.poll(async () => (await this.status()).slides.length).toBe(before + 1);
    await this.ready();
  }

  /** Through the picker behind "Open folder"; waits for nothing. */
  async openFolder(path: string): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: "Open folder" }).first().click();
    await (await chooser).setFiles(path);
  }

  /** By dropping them on the window. */
  async drop(files: readonly UserFile[]): Promise<void> {
    const before = (await this.status()).slides.length;
    const transfer = await this.page.evaluateHandle(
      (dropped) => {
        const data = new DataTransfer();
        for (const { name, base64 } of dropped) {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          data.items.add(new File([bytes], name));
        }
        return data;
      },
      files.map(({ name, buffer }) => ({ name, base64: buffer.toString("base64") })),
    );
    const target = this.page.getByRole("main");
    for (const event of ["dragenter", "dragover", "drop"]) {
      await target.dispatchEvent(event, { dataTransfer: transfer });
    }
    await expect.poll(async () => (await this.status()).slides.length).toBe(before + 1);
    await this.ready();
  }

  /** When the slide asks how large a unit is: says that nobody knows. Nothing happens when it asks nothing. */
  async leaveScaleUnknown(): Promise<void> {
    const asks = (await this.status()).slides.some((slide) => slide.question === "units");
    if (!asks) return;
    const dialog = this.page.getByRole("dialog", { name: "How large is one unit?" });
    await dialog.getByRole("radio", { name: "The scale is not known" }).check();
    await dialog.getByRole("button", { name: "Use this size" }).click();
    await expect(dialog).toBeHidden();
    await this.ready();
  }

  /** The failures of the slide opened last, with the words that the user must see. */
  async lastFailures(language: "en" | "zh" = "en"): Promise<{ code: string; text: string }[]> {
    const slide = (await this.status()).slides.at(-1);
    return (slide?.errors ?? []).map(({ code, params }) => ({
      code,
      text: fillTemplate(messages[code][language], params),
    }));
  }
}

/** Each test has the product, and fails when something went wrong that it did not look for. */
export const test = base.extend<{ product: Product }>({
  product: async ({ page, baseURL }, use) => {
    const product = new Product(page, baseURL ?? "");
    await use(product);
    expect(product.faults).toEqual([]);
  },
});

export { expect };
