import type { Page } from "playwright-core";
import type { QuickInput } from "./quickInput.ts";

export async function trustFolder(page: Page, quickInput: QuickInput): Promise<void> {
  const dialog = page.locator(".monaco-dialog-box");
  if (!(await dialog.isVisible())) {
    await quickInput.runCommand("Workspaces: Manage Workspace Trust");
    await page
      .locator(".workspace-trust-editor")
      .getByRole("button", { name: /^Trust/ })
      .first()
      .click();
    return;
  }
  await dialog
    .getByRole("button", { name: /^Yes|^Trust/ })
    .first()
    .click();
  await dialog.waitFor({ state: "hidden" });
}
