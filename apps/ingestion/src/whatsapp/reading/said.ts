import type { Said } from '@tact/domain';
import { z } from 'zod';
import { lenient, Text } from './schemas.ts';

/** What a button or a row of a list stands for, and what it says. */
const Choice = lenient(z.looseObject({ id: Text, title: Text }));
const Captioned = lenient(z.looseObject({ caption: Text }));

const contentFields = {
  text: lenient(z.looseObject({ body: Text })),
  image: Captioned,
  video: Captioned,
  document: Captioned,
  audio: Captioned,
  sticker: Captioned,
  order: lenient(z.looseObject({ text: Text })),
  button: lenient(z.looseObject({ payload: Text, text: Text })),
  interactive: lenient(
    z.looseObject({
      button_reply: Choice,
      list_reply: Choice,
      nfm_reply: lenient(z.looseObject({ body: Text, response_json: z.unknown().optional() })),
    }),
  ),
  reaction: lenient(z.looseObject({ emoji: Text })),
};

/** Whatever of a message may hold words of the person. The advertisement they came from and what they quote are not theirs. */
export const spokenFields = {
  ...contentFields,
  edit: lenient(z.looseObject({ message: lenient(z.looseObject(contentFields)) })),
};
const Spoken = z.object(spokenFields);
type Spoken = z.infer<typeof Spoken>;
type Content = Omit<Spoken, 'edit'>;

const said = (how: Said['how'], ...texts: readonly (string | undefined)[]): readonly Said[] =>
  texts.flatMap((text) => (text === undefined || text === '' ? [] : [{ how, text }]));

const parsed = (json: unknown): unknown => {
  if (typeof json !== 'string') return json;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
};

/** More answers than this no form asks for. */
const ANSWERS_MAX = 100;
const isYes = (value: unknown): boolean =>
  value === true ||
  value === 1 ||
  (typeof value === 'string' && /^(?:true|yes|on|1)$/i.test(value));

/** What a form answers: each text, and the name of each thing that was ticked. Not by recursion: its depth is the form's. */
const answersIn = (form: unknown): readonly string[] => {
  const answers: string[] = [];
  const values: unknown[] = [form];
  while (values.length > 0 && answers.length < ANSWERS_MAX) {
    const value = values.pop();
    if (typeof value === 'string') answers.push(value);
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, held] of Object.entries(value).slice(0, ANSWERS_MAX)) {
      if (isYes(held)) answers.push(name);
      else values.push(held);
    }
  }
  return answers;
};

const chosenIn = ({ button, interactive }: Content): readonly Said[] => {
  const { button_reply: reply, list_reply: row, nfm_reply: form } = interactive ?? {};
  return said(
    'chosen',
    button?.text,
    button?.payload,
    reply?.title,
    reply?.id,
    row?.title,
    row?.id,
    ...(form === undefined ? [] : answersIn(parsed(form.response_json))),
  );
};

const saidInContent = (content: Content): readonly Said[] => {
  const { text, image, video, document, audio, sticker, order, reaction } = content;
  const captions = [image, video, document, audio, sticker].map((media) => media?.caption);
  return [
    ...said('typed', text?.body, ...captions, order?.text),
    ...chosenIn(content),
    ...said('reacted', reaction?.emoji),
  ];
};

/** What a person says by a message, whatever it is; of an edit, what the message says now. */
export const saidIn = ({ edit, ...message }: Spoken): readonly Said[] => [
  ...saidInContent(message),
  ...(edit?.message === undefined ? [] : saidInContent(edit.message)),
];
