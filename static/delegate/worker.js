/* Keeps the page for where there is no network: one whole version at a time, never parts of two. */
var VERSION = '{version}', CACHE = 'delegate-' + VERSION;
var SHELL = ['/delegate/', '/delegate/app.js', '/delegate/app.webmanifest'];

function fetched(path) {
  /* An answer of another version is no answer: during an update two servers may differ. */
  return fetch(path + '?v=' + VERSION, {cache: 'no-store', credentials: 'omit'}).then(function (answer) {
    if (!answer.ok || answer.headers.get('Delegate-Version') !== VERSION) { throw new Error('another version'); }
    return answer;
  });
}

function kept(paths) {
  return Promise.all(paths.map(fetched)).then(function (answers) {
    return caches.open(CACHE).then(function (cache) {
      return Promise.all(answers.map(function (answer, place) { return cache.put(paths[place], answer); }));
    });
  });
}

function words() {
  /* Languages that the version before had with it. */
  return caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name.slice(0, 9) === 'delegate-'; }).map(function (name) {
      return caches.open(name).then(function (cache) { return cache.keys(); });
    }));
  }).then(function (lists) {
    var paths = [].concat.apply([], lists).map(function (request) { return new URL(request.url).pathname; });
    return Array.from(new Set(paths.filter(function (path) { return path.slice(0, 16) === '/delegate/words/'; })));
  });
}

self.addEventListener('install', function (event) {
  event.waitUntil(words().then(function (paths) { return kept(SHELL.concat(paths)); }).catch(function (error) {
    return caches.delete(CACHE).then(function () { throw error; });
  }));
});

self.addEventListener('activate', function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) {
      return name.slice(0, 9) === 'delegate-' && name !== CACHE ? caches.delete(name) : null;
    }));
  }).then(function () { return self.clients.claim(); }));
});

function ours(url) {
  if (url.origin !== self.location.origin) { return false; }
  var version = url.searchParams.get('v');
  if (version !== null && version !== VERSION) { return false; }
  return SHELL.indexOf(url.pathname) >= 0 || url.pathname.slice(0, 16) === '/delegate/words/';
}

self.addEventListener('fetch', function (event) {
  var url = new URL(event.request.url);
  if (event.request.method !== 'GET' || !ours(url)) { return; }
  event.respondWith(caches.open(CACHE).then(function (cache) {
    return cache.match(url.pathname).then(function (found) {
      if (found) { return found; }
      return fetch(event.request).then(function (answer) {
        if (answer.ok && answer.headers.get('Delegate-Version') === VERSION) {
          return cache.put(url.pathname, answer.clone()).then(function () { return answer; });
        }
        return answer;
      });
    });
  }));
});

function windows() {
  return self.clients.matchAll({type: 'window', includeUncontrolled: true}).then(function (all) {
    return all.filter(function (one) { return new URL(one.url).pathname === '/delegate/'; });
  });
}

self.addEventListener('message', function (event) {
  if (event.data.keep) {
    event.waitUntil(caches.open(CACHE).then(function (cache) {
      return cache.match(event.data.keep).then(function (found) { return found || kept([event.data.keep]); });
    }).catch(function () { return null; }));
  }
  if (event.data.take_over) {
    /* Only where no second window still runs the version before. */
    event.waitUntil(windows().then(function (all) { return all.length < 2 ? self.skipWaiting() : null; }));
  }
});

self.addEventListener('sync', function (event) {
  /* The page sends: what it needs for that is under the passphrase, which a worker does not know. */
  if (event.tag !== 'send') { return; }
  event.waitUntil(windows().then(function (all) {
    if (!all.length) { throw new Error('nobody is there to send'); }
    all.forEach(function (one) { one.postMessage({send: true}); });
  }));
});
