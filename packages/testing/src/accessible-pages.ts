import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export type CheckedPage = {
  /** Kebab-case: its pictures are called so. */
  readonly name: string;
  readonly url: string;
  /** What a person does there until the page is as it shall be looked at: fills in a form and sends it, say. */
  readonly act?: (page: Page) => Promise<unknown>;
};

export type Finding = { readonly page: string; readonly seen: string; readonly problem: string };

type Language = 'fr' | 'en';
type View = { readonly colorScheme: 'light' | 'dark'; readonly width: number };

const languages: readonly Language[] = ['fr', 'en'];
/** The narrowest phone that WCAG 2.2 asks for (1.4.10), and a desktop. */
const widths = [320, 1360] as const;
const FONT_PX_MIN = 12;
const TARGET_PX_MIN = 44;

const views: readonly View[] = (['light', 'dark'] as const).flatMap((colorScheme) =>
  widths.map((width) => ({ colorScheme, width })),
);
const localeOf: Record<Language, string> = { fr: 'fr-FR', en: 'en-GB' };

type Visit = {
  readonly language: Language;
  readonly options: BrowserContextOptions;
  /** Called for each size and each colour scheme of the page. */
  readonly look: (page: Page, seen: string) => Promise<unknown>;
};

/** Opens a page once in a language, and shows it in every view. Gives what the browser complained of. */
const visit = async (
  browser: Browser,
  { url, act }: CheckedPage,
  { language, options, look }: Visit,
): Promise<string[]> => {
  const context = await browser.newContext({ locale: localeOf[language], ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  // What a policy refuses, and what could not be loaded, is told there; a problem's own status is no complaint.
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !/responded with a status of/.test(text)) {
      complaints.push(text);
    }
  });
  await page.goto(url);
  await act?.(page);
  for (const { colorScheme, width } of views) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: width < 600 ? 640 : 900 });
    await look(page, `${language}-${colorScheme}-${width}`);
  }
  await context.close();
  return complaints;
};

// Both run in the page, whose names this program does not have: they are texts.
const measure = `(() => {
  const shown = [...document.querySelectorAll('body *')].filter(
    (one) => one.checkVisibility({ visibilityProperty: true }) && !one.classList.contains('skip'),
  );
  const said = (one) => one.tagName + ' "' + (one.innerText ?? '').slice(0, 40) + '"';
  const wide = shown.filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5);
  const small = shown.filter((one) => parseFloat(getComputedStyle(one).fontSize) < ${FONT_PX_MIN});
  const targets = 'button, select, textarea, input:not([type=hidden], [type=radio], [type=checkbox])';
  const low = shown.filter(
    (one) => one.matches(targets) && one.getBoundingClientRect().height < ${TARGET_PX_MIN},
  );
  return [
    ...(document.scripts.length > 0 ? ['it has a script'] : []),
    ...(document.documentElement.scrollWidth > innerWidth ? ['it scrolls sideways'] : []),
    ...wide.map((one) => 'wider than the screen: ' + said(one)),
    ...small.map((one) => 'smaller than ${FONT_PX_MIN} px: ' + said(one)),
    ...low.map((one) => 'lower than ${TARGET_PX_MIN} px: ' + said(one)),
  ];
})()`;

const violations = `axe
  .run(document, {
    iframes: false,
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  })
  .then(({ violations }) =>
    violations.map(
      ({ id, help, nodes }) => id + ': ' + help + ' (' + nodes.map(({ html }) => html).join(' ') + ')',
    ),
  )`;

const findingsOf = async (
  browser: Browser,
  checked: CheckedPage,
  { language, pictures }: { readonly language: Language; readonly pictures: string | undefined },
): Promise<Finding[]> => {
  const findings: Finding[] = [];
  const note = (seen: string, problems: readonly string[]): void => {
    for (const problem of problems) findings.push({ page: checked.name, seen, problem });
  };
  // As a person without script sees it, under the page's own policy.
  const complaints = await visit(browser, checked, {
    language,
    options: { javaScriptEnabled: false },
    look: async (page, seen) => {
      if (pictures === undefined) return;
      await page.screenshot({
        path: join(pictures, `${checked.name}-${seen}.png`),
        fullPage: true,
      });
    },
  });
  note(language, complaints);
  // Measuring needs a script of ours, which the policy rightly refuses; the page's own are counted before axe comes.
  let hasAxe = false;
  await visit(browser, checked, {
    language,
    options: { bypassCSP: true },
    look: async (page, seen) => {
      const measured = await page.evaluate<string[]>(measure);
      if (!hasAxe) await page.evaluate(axe.source);
      hasAxe = true;
      note(seen, [...measured, ...(await page.evaluate<string[]>(violations))]);
    },
  });
  return findings;
};

/**
 * Looks at pages as people do: 320 px and desktop, French and English, light and dark, without script. Gives what is wrong:
 * violations that axe finds, sideways scrolling, text too small, targets too low, refusals of a policy. `pictures` is a
 * folder for one picture of each, taken without script.
 */
export const accessibilityOf = async (
  browser: Browser,
  pages: readonly CheckedPage[],
  pictures: string | undefined = process.env['PAGE_PICTURES'],
): Promise<Finding[]> => {
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  const findings: Finding[] = [];
  for (const page of pages) {
    for (const language of languages) {
      findings.push(...(await findingsOf(browser, page, { language, pictures })));
    }
  }
  return findings;
};
