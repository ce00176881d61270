import { createElement as h, Fragment, type ReactElement, type ReactNode } from 'react';
import type { PageLanguage, Words } from './language.ts';

/** What is wrong with a field, as a sentence that says what to do. */
export type FieldError = { readonly field: string; readonly message: string };

const words: Words<'problem' | 'wrong'> = {
  en: { problem: 'There is a problem', wrong: 'Error:' },
  fr: { problem: 'Il y a un problème', wrong: 'Erreur :' },
};

export const fieldId = (name: string): string => `field-${name}`;
const hintId = (name: string): string => `hint-${name}`;
const wrongId = (name: string): string => `wrong-${name}`;

/** Every error of a form above it, each leading to its field; it has the focus when the page opens, without script. */
export const ErrorSummary = ({
  language,
  errors,
}: {
  readonly language: PageLanguage;
  readonly errors: readonly FieldError[];
}): ReactElement =>
  h(
    'div',
    {
      className: 'errors',
      role: 'alert',
      tabIndex: -1,
      autoFocus: true,
      'aria-labelledby': 'errors-title',
    },
    h('h2', { id: 'errors-title' }, words[language].problem),
    h(
      'ul',
      null,
      ...errors.map(({ field, message }) =>
        h('li', { key: field }, h('a', { href: `#${fieldId(field)}` }, message)),
      ),
    ),
  );

type Common = {
  readonly language: PageLanguage;
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly errors?: readonly FieldError[];
};

const errorOf = ({ name, errors = [] }: Common): string | undefined =>
  errors.find(({ field }) => field === name)?.message;

const describedBy = (field: Common): object => {
  const ids = [
    ...(field.hint === undefined ? [] : [hintId(field.name)]),
    ...(errorOf(field) === undefined ? [] : [wrongId(field.name)]),
  ];
  return {
    ...(ids.length === 0 ? {} : { 'aria-describedby': ids.join(' ') }),
    ...(errorOf(field) === undefined ? {} : { 'aria-invalid': 'true' }),
  };
};

const around = (field: Common): ReactElement[] => {
  const { name, hint, language } = field;
  const message = errorOf(field);
  return [
    ...(hint === undefined
      ? []
      : [h('span', { key: 'hint', className: 'hint', id: hintId(name) }, hint)]),
    ...(message === undefined
      ? []
      : [
          h(
            'span',
            { key: 'wrong', className: 'wrong', id: wrongId(name) },
            `${words[language].wrong} ${message}`,
          ),
        ]),
  ];
};

export type TextFieldProps = Common & {
  readonly value?: string | undefined;
  readonly type?: 'text' | 'email' | 'tel' | 'time' | 'date' | 'number';
  readonly autoComplete?: string;
  /** More than one: an area. */
  readonly lines?: number;
};

/** One line, or some, of text. What is wrong stands beside it and is read out with it. */
export const TextField = (field: TextFieldProps): ReactElement => {
  const { name, label, value = '', type = 'text', autoComplete, lines = 1 } = field;
  const shared = {
    id: fieldId(name),
    name,
    defaultValue: value,
    ...(autoComplete === undefined ? {} : { autoComplete }),
    ...describedBy(field),
  };
  return h(
    'div',
    { className: 'field' },
    h('label', { htmlFor: fieldId(name) }, label),
    ...around(field),
    lines > 1 ? h('textarea', { ...shared, rows: lines }) : h('input', { ...shared, type }),
  );
};

export type Option = { readonly value: string; readonly label: string; readonly hint?: string };

export type ChoiceProps = Common & {
  readonly options: readonly Option[];
  readonly chosen?: readonly string[];
};

/** One of some, in a list. */
export const SelectField = (field: ChoiceProps): ReactElement => {
  const { name, label, options, chosen: [chosen = ''] = [] } = field;
  return h(
    'div',
    { className: 'field' },
    h('label', { htmlFor: fieldId(name) }, label),
    ...around(field),
    h(
      'select',
      { id: fieldId(name), name, defaultValue: chosen, ...describedBy(field) },
      ...options.map((one) => h('option', { key: one.value, value: one.value }, one.label)),
    ),
  );
};

const optionId = (name: string, nth: number): string =>
  nth === 0 ? fieldId(name) : `${fieldId(name)}-${nth}`;

const choiceOf =
  (type: 'radio' | 'checkbox', { name, chosen = [] }: ChoiceProps) =>
  ({ value, label, hint }: Option, nth: number): ReactElement => {
    const id = optionId(name, nth);
    const hintOf = `${id}-hint`;
    const described = hint === undefined ? {} : { 'aria-describedby': hintOf };
    const defaultChecked = chosen.includes(value);
    return h(
      'div',
      { className: 'choice', key: value },
      h('input', { type, id, name, value, defaultChecked, ...described }),
      h(
        'div',
        null,
        h('label', { htmlFor: id }, label),
        hint === undefined ? null : h('span', { className: 'hint', id: hintOf }, hint),
      ),
    );
  };

const choices = (type: 'radio' | 'checkbox', field: ChoiceProps): ReactElement =>
  h(
    'fieldset',
    describedBy(field),
    h('legend', null, field.label),
    ...around(field),
    ...field.options.map(choiceOf(type, field)),
  );

/** One of some. */
export const RadioField = (field: ChoiceProps): ReactElement => choices('radio', field);

/** Any of some. */
export const CheckField = (field: ChoiceProps): ReactElement => choices('checkbox', field);

export type FieldGroupProps = {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly children?: ReactNode;
};

/** Fields that are answered together: their name and hint are read out with them. */
export const FieldGroup = ({ name, label, hint, children }: FieldGroupProps): ReactElement =>
  h(
    'fieldset',
    hint === undefined ? {} : { 'aria-describedby': hintId(name) },
    h('legend', null, label),
    hint === undefined ? null : h('span', { className: 'hint', id: hintId(name) }, hint),
    children,
  );

export type ButtonProps = {
  readonly label: string;
  /** What pressing it comes to, read out with it. */
  readonly hint?: string;
  /** What is sent when this one was pressed, where a form has several. */
  readonly name?: string;
  readonly value?: string;
  /** Not what the page is for. */
  readonly isQuiet?: boolean;
};

export const Button = (button: ButtonProps): ReactElement => {
  const { label, hint, name, value, isQuiet = false } = button;
  const id = hintId(`${name ?? 'button'}-${value ?? ''}`);
  const described = hint === undefined ? {} : { 'aria-describedby': id };
  return h(
    Fragment,
    null,
    h(
      'p',
      null,
      h('button', { type: 'submit', name, value, ...quiet(isQuiet), ...described }, label),
    ),
    hint === undefined ? null : h('p', { className: 'hint', id }, hint),
  );
};

const quiet = (isQuiet: boolean): object => (isQuiet ? { className: 'quiet' } : {});

export type FormProps = {
  readonly language: PageLanguage;
  /** A path of the same origin; the language goes with it. */
  readonly action: string;
  /** See `FormTokens`. */
  readonly formToken?: string;
  readonly children?: ReactNode;
};

/** Changes something, hence it is posted; what is wrong with it is said in our words, not the browser's. */
export const Form = ({ language, action, formToken, children }: FormProps): ReactElement =>
  h(
    'form',
    { method: 'post', action: `${action}?lang=${language}`, noValidate: true },
    formToken === undefined ? null : h('input', { type: 'hidden', name: 'form', value: formToken }),
    children,
  );
