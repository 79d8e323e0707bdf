// Opens every page given in a real browser, wide and narrow, and prints what axe-core, the layout and the network say.
// node pages.mjs CHROMIUM page.html ... -> JSON: [{page, width, violations, overflow, requests}]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [executablePath, ...pages] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args });
const found = [];
for (const width of [1280, 390]) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, isMobile: width < 600 });
  for (const page of pages) {
    const tab = await context.newPage();
    const requests = [];
    tab.on("request", (request) => requests.push(request.url()));
    await tab.goto(pathToFileURL(page).href);
    await tab.evaluate(axe);
    const result = await tab.evaluate(() => axe.run());
    const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    const violations = result.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)) }));
    found.push({ page, width, violations, overflow, requests: requests.slice(1) });
    await tab.close();
  }
  await context.close();
}
await browser.close();
console.log(JSON.stringify(found));
