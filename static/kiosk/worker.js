/* Stands between a kiosk and its network: shows what was kept when there is none, and sees to it that who has gone is wiped.
   What is kept is the same on every kiosk (/kiosk/pages.json), fetched at rest: it says nothing of who was here and what they read. */
var CACHE = 'kiosk', OWED = '/kiosk/owed', FILLED = '/kiosk/filled', HOUR = 3600000, PATIENCE = 20000;

function opened() { return caches.open(CACHE); }

self.addEventListener('install', function () { self.skipWaiting(); });
self.addEventListener('activate', function (event) { event.waitUntil(self.clients.claim()); });

/* Keeping */
var filling = null;

function fresh(cache) {
  return cache.match(FILLED).then(function (found) {
    return found ? found.text().then(function (when) { return Date.now() - Number(when) < HOUR; }) : false;
  });
}

function put(cache, path) {
  return fetch(path, {cache: 'no-store', credentials: 'same-origin', redirect: 'error'}).then(function (answer) {
    /* A page that is somebody's, or has a form, is never marked so. */
    var page = answer.headers.get('Kiosk-Keep') === '1', script = (answer.headers.get('Content-Type') || '').indexOf('javascript') >= 0;
    return answer.ok && (page || script) ? cache.put(path, answer) : null;
  });
}

function fill() {
  return opened().then(function (cache) {
    return fresh(cache).then(function (is) {
      if (is) { return null; }
      return fetch('/kiosk/pages.json', {cache: 'no-store', credentials: 'same-origin', redirect: 'error'}).then(function (answer) {
        return answer.json();
      }).then(function (wanted) {
        var paths = wanted.pages;
        /* One after the other: a kiosk's line may be as slow as a telephone's. */
        return paths.reduce(function (before, path) {
          return before.then(function () { return put(cache, path); });
        }, Promise.resolve()).then(function () { return cache.keys(); }).then(function (requests) {
          return Promise.all(requests.map(function (request) {
            var path = new URL(request.url).pathname;
            return paths.indexOf(path) < 0 && path !== OWED ? cache.delete(request) : null;
          }));
        });
      }).then(function () { return cache.put(FILLED, new Response(String(Date.now()))); });
    });
  });
}

self.addEventListener('message', function (event) {
  if (event.data !== 'refresh') { return; }
  filling = filling || fill().catch(function () { return null; }).then(function () { filling = null; });
  event.waitUntil(filling);
});

/* Showing */
function patient(request) {
  /* A form is waited for: it may have arrived. */
  if (request.method !== 'GET') { return fetch(request); }
  return Promise.race([fetch(request), new Promise(function (_, fail) {
    setTimeout(function () { fail(new Error('no answer')); }, PATIENCE);
  })]);
}

function kept(request, path) {
  var language = (/^\/(?:kiosk\/)?([a-z]{2})\//.exec(path) || [])[1] || 'en';
  return opened().then(function (cache) {
    return (request.method === 'GET' ? cache.match(path) : Promise.resolve()).then(function (found) {
      return found || cache.match('/kiosk/' + language + '/outage');
    }).then(function (found) { return found || Response.error(); });
  });
}

/* Somebody left while there was no network: before anything else is shown from there, they are signed out. */
function settled() {
  return opened().then(function (cache) {
    return cache.match(OWED).then(function (owed) {
      if (!owed) { return null; }
      return fetch('/kiosk/done', {credentials: 'same-origin', redirect: 'manual', cache: 'no-store'}).then(function () {
        return cache.delete(OWED);
      });
    });
  });
}

function wiped(request) {
  return patient(request).catch(function () {
    return opened().then(function (cache) {
      return cache.put(OWED, new Response('1')).then(function () { return cache.match('/kiosk/'); });
    }).then(function (found) { return found || Response.error(); });
  });
}

self.addEventListener('fetch', function (event) {
  var request = event.request, url = new URL(request.url);
  if (url.origin !== self.location.origin) { return; }
  if (request.mode === 'navigate') {
    event.respondWith(url.pathname === '/kiosk/done' ? wiped(request) : settled().then(function () {
      return patient(request);
    }).catch(function () { return kept(request, url.pathname); }));
  } else if (url.pathname.slice(0, 8) === '/static/') {
    event.respondWith(fetch(request).catch(function () { return kept(request, url.pathname); }));
  }
});
