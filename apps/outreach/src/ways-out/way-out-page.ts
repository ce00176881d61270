import { Channel, type PageLanguage } from '@tact/contracts';
import type { ContactPolicyState } from '@tact/domain';
import {
  consentKey,
  hasLeft,
  isRefusedEverywhere,
  readablePreferences,
  standingConsent,
  suppressionAgainst,
} from '@tact/domain';
import {
  Button,
  CheckField,
  type FieldError,
  FieldGroup,
  Form,
  h,
  Notice,
  type PageContent,
  type ReactNode,
  SelectField,
  TextField,
} from '@tact/platform/pages';
import { type SentenceName, sentenceOf } from '../wording/sentences.ts';
import { capitalised, channelNames, purposeNames } from '../wording/words.ts';
import { words } from './page-words.ts';
import { type FormValues, perDayChoices, standingValues, writtenFor } from './preference-form.ts';
import { hoursField } from './quiet-hours-form.ts';
import type { WayOut } from './ways-out.ts';

export type WayOutView = {
  readonly language: PageLanguage;
  readonly owner: string;
  readonly wayOut: WayOut;
  readonly state: ContactPolicyState;
  /** Path of the page itself. */
  readonly path: string;
  readonly formToken: string;
  readonly errors?: readonly FieldError[];
  /** What was typed, where something of it is wrong. */
  readonly entered?: FormValues;
};

/** What decisions say of these messages, and of all. */
const isOverAtAll = ({ state }: WayOutView): boolean => isRefusedEverywhere(state, 'everything');

/** By a word of the person, which stands whatever a business says. What a business withdrew, she may end for good. */
const isHerWord = ({ wayOut, state }: WayOutView): boolean =>
  suppressionAgainst(state, wayOut) !== undefined ||
  hasLeft(
    state.consents[consentKey(wayOut.purpose, wayOut.channel)] ?? {},
    state.suppressions,
    wayOut.channel,
  );

/** What holds for these messages now: what decisions say, and what the person chose. */
const holding = ({ wayOut, state }: WayOutView): SentenceName => {
  const { purpose, channel } = wayOut;
  const known = standingConsent(state, wayOut)?.state;
  const isRefused = suppressionAgainst(state, wayOut) !== undefined;
  if (known === 'withdrawn' || isRefused) return 'isOver';
  if (known === undefined) return 'notAgreed';
  const { channels, purposes } = state.preferences ?? {};
  const isChosen = channels?.includes(channel) !== false && purposes?.includes(purpose) !== false;
  return isChosen ? 'mayCome' : 'notChosen';
};

const standing = (view: WayOutView): ReactNode => {
  const { wayOut, language } = view;
  if (isOverAtAll(view)) {
    return h(Notice, { kind: 'done' }, h('p', null, words[language].goneAll));
  }
  const held = holding(view);
  const text = h('p', null, sentenceOf(held, wayOut, language));
  return held === 'isOver' ? h(Notice, { kind: 'done' }, text) : text;
};

const buttons = (view: WayOutView): ReactNode => {
  const { language, path, formToken } = view;
  const said = words[language];
  if (isOverAtAll(view)) return null;
  return h(
    Form,
    { language, action: path, formToken },
    h('p', null, said.lead),
    isHerWord(view)
      ? null
      : h(Button, { label: said.stop, hint: said.stopHint, name: 'act', value: 'stop' }),
    h(Button, {
      label: said.all,
      hint: said.allHint,
      name: 'act',
      value: 'everything',
      isQuiet: true,
    }),
  );
};

const languages = [
  { value: 'fr', label: 'Français' },
  { value: 'en', label: 'English' },
];

type Drawn = Pick<WayOutView, 'language' | 'errors'> & { readonly values: FormValues };

const choicesOf = ({ language, values }: Drawn): readonly ReactNode[] => {
  const said = words[language];
  return [
    h(CheckField, {
      key: 'channels',
      language,
      name: 'channels',
      label: said.channels,
      hint: said.channelsHint,
      options: Channel.options.map((one) => ({
        value: one,
        label: channelNames[one].label[language],
      })),
      chosen: values.channels,
    }),
    h(CheckField, {
      key: 'purposes',
      language,
      name: 'purposes',
      label: said.purposes,
      options: writtenFor.map((one) => ({
        value: one,
        label: capitalised(purposeNames[one][language]),
      })),
      chosen: values.purposes,
    }),
  ];
};

/** All that stand, and room for one more. */
const hoursOf = ({ language, errors = [], values }: Drawn): ReactNode => {
  const said = words[language];
  const pairs = [...values.hours, { from: '', to: '' }];
  return h(
    FieldGroup,
    { key: 'quiet', name: 'quiet', label: said.quiet, hint: said.quietHint },
    ...values.shown.map((one) =>
      h('input', { key: one, type: 'hidden', name: 'shown', value: one }),
    ),
    ...pairs.flatMap((pair, nth) =>
      (['from', 'to'] as const).map((end) =>
        h(TextField, {
          key: hoursField(end, nth),
          language,
          name: hoursField(end, nth),
          label: said[end],
          value: pair[end],
          errors,
        }),
      ),
    ),
  );
};

const limitsOf = (drawn: Drawn): readonly ReactNode[] => {
  const { language, errors = [], values } = drawn;
  const said = words[language];
  const most = perDayChoices.at(-1);
  const numbers = perDayChoices
    .filter((count) => count !== most)
    .map((count) => ({ value: String(count), label: count === 0 ? said.none : String(count) }));
  const isSaid = languages.some(({ value }) => value === values.language);
  return [
    hoursOf(drawn),
    h(SelectField, {
      key: 'perDayMax',
      language,
      name: 'perDayMax',
      label: said.perDay,
      options: [{ value: String(most), label: said.perDayAny }, ...numbers],
      chosen: [values.perDayMax],
      errors,
    }),
    h(SelectField, {
      key: 'language',
      language,
      name: 'language',
      label: said.language,
      options: [...(isSaid ? [] : [{ value: '', label: said.asBefore }]), ...languages],
      chosen: [isSaid ? values.language : ''],
    }),
  ];
};

const form = (view: WayOutView): ReactNode => {
  const { language, path, formToken, state, errors, entered } = view;
  const said = words[language];
  const isSaid = state.preferences?.by === 'person' && errors === undefined;
  const drawn = {
    language,
    values: entered ?? standingValues(readablePreferences(state.preferences ?? {})),
    ...(errors === undefined ? {} : { errors }),
  };
  return [
    h('h2', { key: 'how' }, said.how),
    isSaid ? h(Notice, { key: 'said', kind: 'done' }, h('p', null, said.stands)) : null,
    h('p', { key: 'lead' }, said.howLead),
    h(
      Form,
      { key: 'form', language, action: path, formToken },
      ...choicesOf(drawn),
      ...limitsOf(drawn),
      h(Button, { label: said.save, name: 'act', value: 'preferences' }),
    ),
  ];
};

/** What stands, one button that ends it, and how else the person would be written to. */
export const wayOutPage = (view: WayOutView): PageContent => ({
  language: view.language,
  title: words[view.language].title,
  owner: view.owner,
  ...(view.errors === undefined ? {} : { errors: view.errors }),
  body: h('div', null, standing(view), buttons(view), form(view)),
  footer: h('p', null, words[view.language].footer),
});
