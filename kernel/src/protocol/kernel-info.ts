import { SOFTWARE_VERSION } from '@wardbook/protocol/version';
import { JUPYTER_PROTOCOL } from '../wire/message.js';

/** The protocol's optional features that are served. */
const FEATURES: readonly string[] = ['kernel subshells', 'debugger'];

/** Content of a kernel_info_reply. */
export function kernelInfo(): Record<string, unknown> {
  return {
    status: 'ok',
    protocol_version: JUPYTER_PROTOCOL,
    implementation: 'wardbook-typescript',
    implementation_version: SOFTWARE_VERSION,
    language_info: {
      name: 'typescript',
      version: '5.9.3',
      mimetype: 'text/typescript',
      file_extension: '.ts',
      codemirror_mode: { name: 'javascript', typescript: true },
      pygments_lexer: 'typescript',
      nbconvert_exporter: 'script'
    },
    banner: `Wardbook TypeScript ${SOFTWARE_VERSION}`,
    help_links: [],
    debugger: FEATURES.includes('debugger'),
    supported_features: FEATURES
  };
}
