// Chunks are loaded from where the page says, before anything else is loaded.
const config = JSON.parse(document.getElementById('jupyter-config-data').textContent);
__webpack_public_path__ = `${config.fullStaticUrl}/`;
