// What a program needs to find itself at home on a machine. Anything else of the lab's environment, a secret of its
// supervisor's above all, is none of user code's business.
const ALLOWED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'NODE_EXTRA_CA_CERTS',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR'
];

/** The environment of a kernel process: the few variables of the lab's that it needs, and what the lab gives it. */
export function kernelEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  given: Readonly<Record<string, string>>
): Record<string, string> {
  const kept = Object.entries(own).filter(
    (pair): pair is [string, string] =>
      pair[1] !== undefined && (ALLOWED.includes(pair[0]) || pair[0].startsWith('LC_'))
  );
  return { ...Object.fromEntries(kept), ...given, WARDBOOK_SUPERVISED: '1' };
}
