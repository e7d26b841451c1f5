import type { LabUser, Role } from '../config.js';

const ORDER: readonly Role[] = ['viewer', 'commenter', 'executor', 'editor', 'owner'];

/** Whether a user's role reaches `needed`. */
export function allows(user: LabUser, needed: Role): boolean {
  return ORDER.indexOf(user.role) >= ORDER.indexOf(needed);
}
