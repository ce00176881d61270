import { Channel, type PageLanguage, type Preferences } from '@tact/contracts';
import type { ContactPolicyState } from '@tact/domain';
import {
  consentKey,
  hasLeft,
  isRefusedEverywhere,
  standingConsent,
  suppressionAgainst,
} from '@tact/domain';
import {
  Button,
  CheckField,
  type FieldError,
  Form,
  h,
  Notice,
  type PageContent,
  type ReactNode,
  SelectField,
  TextField,
} from '@tact/platform/pages';
import { aboutOf, capitalised, channelNames, purposeNames } from '../wording/words.ts';
import { words } from './page-words.ts';
import { writtenFor } from './preference-form.ts';
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
};

/** What decisions say of these messages, and of all. */
const isOverAtAll = ({ state }: WayOutView): boolean => isRefusedEverywhere(state, 'everything');
const isOver = ({ wayOut, state }: WayOutView): boolean =>
  suppressionAgainst(state, wayOut) !== undefined ||
  standingConsent(state, wayOut)?.state === 'withdrawn';

/** By a word of the person, which stands whatever a business says. What a business withdrew, she may end for good. */
const isHerWord = ({ wayOut, state }: WayOutView): boolean =>
  suppressionAgainst(state, wayOut) !== undefined ||
  hasLeft(
    state.consents[consentKey(wayOut.purpose, wayOut.channel)] ?? {},
    state.suppressions,
    wayOut.channel,
  );

const standing = (view: WayOutView): ReactNode => {
  const { wayOut, language } = view;
  const said = words[language];
  if (isOverAtAll(view)) {
    return h(Notice, { kind: 'done' }, h('p', null, said.goneAll));
  }
  const about = aboutOf(wayOut, language);
  if (isOver(view)) {
    return h(Notice, { kind: 'done' }, h('p', null, `${said.gone} ${about}.`));
  }
  return h('p', null, `${said.receiving} ${about}.`);
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
      : [
          h(Button, { key: 'stop', label: said.stop, name: 'act', value: 'stop' }),
          h('p', { key: 'hint', className: 'hint' }, said.stopHint),
        ],
    h(Button, { label: said.all, name: 'act', value: 'everything', isQuiet: true }),
    h('p', { className: 'hint' }, said.allHint),
  );
};

const languages = [
  { value: 'fr', label: 'Français' },
  { value: 'en', label: 'English' },
];

const choicesOf = ({ language, state }: WayOutView): readonly ReactNode[] => {
  const said = words[language];
  const preferences: Preferences = state.preferences ?? {};
  const { channels = Channel.options, purposes = writtenFor } = preferences;
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
      chosen: channels,
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
      chosen: purposes,
    }),
  ];
};

const limitsOf = ({ language, state, errors = [] }: WayOutView): readonly ReactNode[] => {
  const said = words[language];
  const preferences: Preferences = state.preferences ?? {};
  const { perDayMax = 3 } = preferences;
  const [hours] = preferences.quietHours ?? [];
  const perDay = [0, 1, 2, 3].map((count) => ({
    value: String(count),
    label: count === 0 ? said.none : String(count),
  }));
  return [
    h('h3', { key: 'quiet' }, said.quiet),
    h('p', { key: 'quiet hint', className: 'hint' }, said.quietHint),
    h(TextField, {
      key: 'from',
      language,
      name: 'from',
      label: said.from,
      value: hours?.from,
      errors,
    }),
    h(TextField, { key: 'to', language, name: 'to', label: said.to, value: hours?.to }),
    h(SelectField, {
      key: 'perDayMax',
      language,
      name: 'perDayMax',
      label: said.perDay,
      options: [
        { value: '3', label: said.perDayAny },
        ...perDay.filter(({ value }) => value !== '3'),
      ],
      chosen: [String(perDayMax)],
    }),
    h(SelectField, {
      key: 'language',
      language,
      name: 'language',
      label: said.language,
      options: languages,
      chosen: [preferences.language ?? language],
    }),
  ];
};

const form = (view: WayOutView): ReactNode => {
  const { language, path, formToken, state } = view;
  const said = words[language];
  const isSaid = state.preferences?.by === 'person';
  return [
    h('h2', { key: 'how' }, said.how),
    isSaid ? h(Notice, { key: 'said', kind: 'done' }, h('p', null, said.stands)) : null,
    h('p', { key: 'lead' }, said.howLead),
    h(
      Form,
      { key: 'form', language, action: path, formToken },
      ...choicesOf(view),
      ...limitsOf(view),
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
