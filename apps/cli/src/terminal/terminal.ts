/** Where a person watches: one line per step, warnings in between, nothing that needs a wide screen. */
export type Terminal = {
  /** A person watches now, where a file or a journal would keep every line. */
  readonly isLive: boolean;
  readonly line: (text: string) => void;
  readonly warn: (text: string) => void;
  /** Runs the work and prints its name with how long it took; `note` says what it is at meanwhile. */
  readonly step: <Result>(
    name: string,
    work: (note: (text: string) => void) => Promise<Result>,
  ) => Promise<Result>;
};

export type Output = { write(text: string): unknown; readonly isTTY?: boolean };

const seconds = (ms: number): string =>
  ms < 995 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

/** Control characters of a log line or of an error must not move the cursor of the reader. */
export const printable = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim();

export const terminalOn = (output: Output): Terminal => {
  let pending: string | undefined;
  const show = (): void => {
    if (output.isTTY && pending !== undefined) output.write(`  … ${pending}`);
  };
  const clear = (): void => {
    if (output.isTTY && pending !== undefined) output.write('\r\u001B[2K');
  };
  const line = (text: string): void => {
    clear();
    output.write(`${text}\n`);
    show();
  };
  const note = (text: string | undefined): void => {
    clear();
    pending = text === undefined ? undefined : printable(text).slice(0, 70);
    show();
  };
  return {
    isLive: output.isTTY === true,
    line,
    warn: (text) => line(`  ! ${printable(text)}`),
    step: async (name, work) => {
      const began = performance.now();
      note(name);
      try {
        const result = await work(note);
        note(undefined);
        line(`  ✓ ${name} (${seconds(performance.now() - began)})`);
        return result;
      } catch (error) {
        note(undefined);
        line(`  ✗ ${name} (${seconds(performance.now() - began)})`);
        throw error;
      }
    },
  };
};
