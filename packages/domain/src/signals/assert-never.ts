/** Ends a switch over a union: a member nobody thought of does not compile, and at run time it is a defect. */
export const assertNever = (value: never): never => {
  const { type } = Object(value) as { readonly type?: unknown };
  throw new Error(`no case is written for ${typeof type === 'string' ? type : typeof value}`);
};
