const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];

/** What a browser would send of the form with this button if nothing in it were touched. */
export const formAsShown = (html: string, act: string): Record<string, string[]> => {
  const forms = html.split('<form').slice(1);
  const form = forms.find((one) => one.includes(`value="${act}"`)) ?? '';
  const sent: Record<string, string[]> = { act: [act] };
  const add = (name: string | undefined, value: string | undefined): void => {
    if (name !== undefined) (sent[name] ??= []).push(value ?? '');
  };
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const isTicked = attribute(tag, 'type') !== 'checkbox' || /\bchecked\b/.test(tag);
    if (isTicked) add(attribute(tag, 'name'), attribute(tag, 'value'));
  }
  for (const [, head = '', options = ''] of form.matchAll(/<select([^>]*)>(.*?)<\/select>/gs)) {
    const all = [...options.matchAll(/<option[^>]*>/g)].map(([tag]) => tag);
    const chosen = all.find((tag) => /\bselected\b/.test(tag)) ?? all[0] ?? '';
    add(attribute(head, 'name'), attribute(chosen, 'value'));
  }
  return sent;
};
