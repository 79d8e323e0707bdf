// Opens every page given in a real browser, wide and narrow, and prints what axe-core, the layout and the network say.
// node pages.mjs CHROMIUM [--dark] page.html ... -> JSON: [{page, width, scheme, violations, overflow, requests, errors}]
// With --dark each page is also looked at as by a reader who prefers that.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [executablePath, ...given] = process.argv.slice(2);
const pages = given.filter((word) => word !== "--dark");
const schemes = given.includes("--dark") ? ["light", "dark"] : ["light"];
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const browser = await chromium.launch({ executablePath, args });
const views = [1280, 390].flatMap((width) => schemes.map((colorScheme) => ({ width, colorScheme })));

// What is found of one page in a tab of its own.
async function looked(context, page, { width, colorScheme }) {
  const tab = await context.newPage();
  const requests = [];
  const errors = [];
  tab.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  tab.on("pageerror", (error) => errors.push(error.message));
  tab.on("request", (request) => requests.push(request.url()));
  await tab.goto(pathToFileURL(page).href);
  await tab.evaluate(axe);
  const result = await tab.evaluate(() => axe.run());
  const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await tab.close();
  const violations = result.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)) }));
  return { page, width, scheme: colorScheme, violations, overflow, requests: requests.slice(1), errors };
}

// The pages one after another, as wide and as dark as a view is. The views are looked at side by side.
async function view(seen) {
  const { width, colorScheme } = seen;
  const context = await browser.newContext({ viewport: { width, height: 900 }, isMobile: width < 600, colorScheme });
  const found = [];
  for (const page of pages) found.push(await looked(context, page, seen));
  await context.close();
  return found;
}

const found = (await Promise.all(views.map(view))).flat();
await browser.close();
console.log(JSON.stringify(found));
