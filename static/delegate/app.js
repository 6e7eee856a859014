/* Begins, locks after five minutes, and keeps the page itself for where there is no network. */
D.IDLE = 5 * 60 * 1000;
D.used = Date.now();

D.lock = async function () {
  /* What the passphrase opened is forgotten; what is sealed can still be sent. */
  if (D.space && D.waitingEntries().length) { D.take(); }
  try { await D.saved(); } catch (error) { D.trouble = error; }
  D.drop();
  D.space = null;
  D.sentence = null;
  D.outcome = {arrived: 0, held: [], state: ''};
  if (D.language !== D.page) { await D.speak(D.page); }
  D.unlock();
  if (D.newer) { D.renewPage(); }
};

D.watch = function () {
  if (D.space && Date.now() - D.used > D.IDLE) { D.lock(); }
};

D.renewPage = function () {
  if (D.newer) { D.newer.postMessage({take_over: true}); } else { location.reload(); }
};

D.install = function () {
  var worker = navigator.serviceWorker;
  if (!worker) { return; }
  var had = !!worker.controller;
  worker.register('/delegate/worker.js', {scope: '/delegate/', updateViaCache: 'none'}).then(function (registration) {
    function waits() { if (registration.waiting && had) { D.newer = registration.waiting; if (!D.space) { D.renewPage(); } } }
    waits();
    registration.addEventListener('updatefound', function () {
      var coming = registration.installing;
      coming.addEventListener('statechange', waits);
    });
  }).catch(function () {});
  worker.addEventListener('controllerchange', function () {
    /* A new version is in charge. With nothing open it is shown at once. */
    if (had && !D.entry) { location.reload(); }
    had = true;
  });
  worker.addEventListener('message', function (event) { if (event.data.send) { D.send(); } });
  D.keepWords(D.page);
};

D.start = async function () {
  var root = document.documentElement, first = localStorage.getItem('language') || root.getAttribute('data-language');
  try {
    await D.speak(first);
  } catch (error) {
    first = root.getAttribute('data-language');
    await D.speak(first);
  }
  D.page = first;
  if (window.speechSynthesis) { speechSynthesis.getVoices(); }
  D.install();
  if (root.getAttribute('data-version') !== VERSION) {
    D.show(D.w('title'), [D.p(D.w('newer')), D.button(D.w('newer_load'), function () { location.reload(); })]);
    return;
  }
  await D.sweep();
  if (await D.read('keys', 'slots')) { D.unlock(); } else { D.enrol(); }
};

['pointerdown', 'keydown', 'input'].forEach(function (name) {
  document.addEventListener(name, function () { D.watch(); D.used = Date.now(); }, true);
});
document.addEventListener('visibilitychange', function () { D.watch(); if (!document.hidden && D.courier) { D.send(); } });
window.addEventListener('online', function () { if (D.courier) { D.send(); } });
setInterval(function () {
  D.watch();
  D.sweep().catch(function () {});
  D.changed();
}, 15000);

if (window.indexedDB && window.crypto && crypto.subtle && window.TextEncoder && window.Intl && Intl.PluralRules) {
  D.start().catch(function (error) {
    D.trouble = error;
    document.getElementById('old').hidden = false;
  });
} else {
  document.getElementById('old').hidden = false;
}
