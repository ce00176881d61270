import { readFileSync } from 'node:fs';
import { Needle, SWEPT_NEEDLES_MAX } from '@tact/contracts';
import { Refusal } from '../../terminal/refusal.ts';

/** Each needle once; a sweep takes so many and no more. Throws `Refusal`. */
export const distinctNeedles = (needles: readonly Needle[]): Needle[] => {
  const distinct = new Map(needles.map((one) => [`${one.kind} ${one.value}`, one]));
  if (distinct.size > SWEPT_NEEDLES_MAX) {
    throw new Refusal(
      `A sweep looks for ${SWEPT_NEEDLES_MAX} identities at most, not for ${distinct.size}.`,
    );
  }
  return [...distinct.values()];
};

/**
 * One JSON object a line: `{"kind":"phone","value":"+33639980101"}`. Throws `Refusal` that names the line and not what
 * it holds.
 */
export const readIdentities = (file: string): Needle[] => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`${file} cannot be read: give a file of identities.`, { cause: error });
  }
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [Needle.parse(JSON.parse(line))];
    } catch {
      throw new Refusal(
        `Line ${index + 1} of ${file} is no identity: write {"kind":"phone","value":"..."}, with phone, email, bsuid, crm-id, wamid, name or text.`,
      );
    }
  });
};
