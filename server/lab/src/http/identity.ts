import { SOFTWARE_VERSION } from '@wardbook/protocol';
import { userOf, type Routes } from './context.js';

/** Who am I, and the small answers that JupyterLab asks for at its start. */
export const identityRoutes: Routes = (server, parts) => {
  server.get('/api/me', request => {
    const user = userOf(request, parts);
    const words = user.displayName.split(/\s+/);
    return {
      identity: {
        username: user.name,
        name: user.displayName,
        display_name: user.displayName,
        initials: words.map(word => word[0]).join(''),
        avatar_url: null,
        color: user.color
      },
      permissions: {}
    };
  });
  server.get('/api', () => ({ version: SOFTWARE_VERSION }));
  server.get('/api/status', request => {
    userOf(request, parts);
    const kernels = parts.kernels.sessions();
    return {
      connections: kernels.length,
      kernels: kernels.length,
      started: new Date().toISOString(),
      last_activity: new Date().toISOString()
    };
  });
  server.get('/api/config/*', request => {
    userOf(request, parts);
    return {};
  });
  server.patch('/api/config/*', request => {
    userOf(request, parts);
    return {};
  });
  server.get('/api/nbconvert', request => {
    userOf(request, parts);
    return {};
  });
  server.get('/api/terminals', request => {
    userOf(request, parts);
    return [];
  });
  server.get('/lab/api/build', request => {
    userOf(request, parts);
    return { status: 'stable', message: '' };
  });
};
