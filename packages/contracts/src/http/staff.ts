import { z } from 'zod';
import { emailAddress } from '../email-address.ts';
import { ApiKeyId, StaffId } from '../ids.ts';
import { personal, utcTime } from '../personal.ts';
import { Role } from '../roles.ts';
import { Scope } from '../scopes.ts';
import { statedName } from './proposals.ts';
import { Cursor } from './query.ts';

/** A name is one line of letters that are seen: no control character, nothing that turns the direction of writing. */
const hidden = String.raw`\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069`;
const oneLine = new RegExp(String.raw`^[^${hidden}]*[^\s${hidden}][^${hidden}]*$`);

const Roles = z
  .array(Role)
  .min(1)
  .max(Role.options.length)
  .refine((roles) => new Set(roles).size === roles.length, { message: 'Name a role once.' })
  .meta({ uniqueItems: true });

/** `POST /v1/staff`. */
export const AddStaffRequest = z
  .strictObject({
    name: personal('name', z.string().min(1).max(120).regex(oneLine)),
    /** One address once in a tenant. */
    email: personal('email', emailAddress()),
    roles: Roles,
    language: z.enum(['fr', 'en']),
    isDemo: z.boolean().optional().meta({
      description: 'Somebody invented, to look at a role; in the embedded platform alone.',
    }),
  })
  .meta({
    examples: [
      { name: 'Inès Martin', email: 'ines.martin@example.org', roles: ['agent'], language: 'fr' },
    ],
  });
export type AddStaffRequest = z.infer<typeof AddStaffRequest>;

/** `PUT /v1/staff/{staffId}`: all roles of the person, from now on. */
export const ChangeStaffRequest = z
  .strictObject({ roles: Roles })
  .meta({ examples: [{ roles: ['crm-ops', 'compliance'] }] });
export type ChangeStaffRequest = z.infer<typeof ChangeStaffRequest>;

/** `POST /v1/staff/{staffId}/approvals`: the roles that were proposed, as the second person saw them. */
export const ApproveRolesRequest = z
  .strictObject({ roles: Roles })
  .meta({ examples: [{ roles: ['compliance'] }] });
export type ApproveRolesRequest = z.infer<typeof ApproveRolesRequest>;

/** `POST /v1/staff/{staffId}/erasure`: also without a body. */
export const EraseStaffRequest = z
  .strictObject({
    /** Who asks, where the key is nobody's and the tenant has no staff, but a second key. */
    proposedBy: statedName().optional(),
  })
  .prefault({})
  .meta({ examples: [{ proposedBy: 'Inès Martin' }] });
export type EraseStaffRequest = z.infer<typeof EraseStaffRequest>;

/** `?force=true`: also the last administrator. */
export const StaffChangeQuery = z.strictObject({
  force: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: '`true` leaves the tenant without a member of staff who is `admin`.' }),
});
export type StaffChangeQuery = z.infer<typeof StaffChangeQuery>;

/** A member of staff; name and address are absent once they were erased. */
export const StaffView = z.object({
  staffId: StaffId,
  name: personal('name', z.string()).optional(),
  email: personal('email', z.string()).optional(),
  roles: z.array(Role),
  /** What the roles open; of whoever is dismissed, nothing. */
  scopes: z.array(Scope),
  language: z.enum(['fr', 'en']),
  state: z.enum(['active', 'dismissed']),
  addedAt: utcTime(),
  dismissedAt: utcTime().optional(),
  erasedAt: utcTime().optional(),
  /** Roles that wait for a second person, who agrees within 72 hours. */
  proposed: z.object({ roles: z.array(Role), by: StaffId, at: utcTime() }).optional(),
  isDemo: z.boolean().optional(),
  /** Whether it is who asks. */
  isOwn: z.boolean(),
});
export type StaffView = z.infer<typeof StaffView>;

/** `GET /v1/staff`: everybody there ever was, oldest first. */
export const StaffPage = z.object({ items: z.array(StaffView), nextCursor: Cursor.optional() });
export type StaffPage = z.infer<typeof StaffPage>;

/** `DELETE /v1/staff/{staffId}`: with the keys that ended, theirs and those they drew for programs. */
export const DismissedStaff = StaffView.extend({ endedKeyIds: z.array(ApiKeyId) });
export type DismissedStaff = z.infer<typeof DismissedStaff>;
