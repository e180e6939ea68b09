"""From the name that is imported to the distributions that may bring it."""

from collections.abc import Iterator, Sequence

from ws_fallback_lint.project.declared import normalised

# What people install and what they import, where the two differ in more than case, `-` and `_`. Each pair is
# what `top_level.txt` or RECORD of the distribution's wheel says; `module = distribution distribution …`.
_KNOWN = """
_cffi_backend = cffi
argon2 = argon2-cffi
attr = attrs
bluetooth = pybluez
box = python-box
bs4 = beautifulsoup4
bson = pymongo
cairo = pycairo
can = python-can
clang = libclang clang
Crypto = pycryptodome pycrypto
Cryptodome = pycryptodomex
cv2 = opencv-python opencv-python-headless opencv-contrib-python opencv-contrib-python-headless
dateutil = python-dateutil
decouple = python-decouple
discord = discord-py
dns = dnspython
docx = python-docx
dotenv = python-dotenv
engineio = python-engineio
faiss = faiss-cpu faiss-gpu
fitz = pymupdf
fuse = fusepy
gi = pygobject
git = gitpython
github = pygithub
gitlab = python-gitlab
google.cloud.sql = cloud-sql-python-connector
google.oauth2 = google-auth
google.protobuf = protobuf
googleapiclient = google-api-python-client
gridfs = pymongo
grpc = grpcio
grpc_health = grpcio-health-checking
grpc_reflection = grpcio-reflection
grpc_status = grpcio-status
grpc_tools = grpcio-tools
igraph = igraph python-igraph
jose = python-jose
jwt = pyjwt
kafka = kafka-python kafka-python-ng
ldap = python-ldap
Levenshtein = levenshtein python-levenshtein
llama_cpp = llama-cpp-python
magic = python-magic python-magic-bin
markdown_it = markdown-it-py
memcache = python-memcached
mpl_toolkits = matplotlib
multipart = python-multipart multipart
mysql.connector = mysql-connector-python mysql-connector
MySQLdb = mysqlclient mysql-python
nacl = pynacl
objc = pyobjc-core
OpenGL = pyopengl
OpenSSL = pyopenssl
osgeo = gdal
past = future
pcapy = pcapy-ng
PIL = pillow pillow-simd
pkg_resources = setuptools
playhouse = peewee
pptx = python-pptx
psycopg2 = psycopg2 psycopg2-binary
pwiz = peewee
pylab = matplotlib
pythoncom = pywin32
pywintypes = pywin32
pyximport = cython
rest_framework = djangorestframework
rest_framework_simplejwt = djangorestframework-simplejwt
serial = pyserial
skimage = scikit-image
sklearn = scikit-learn
skopt = scikit-optimize
slugify = python-slugify unicode-slugify
snappy = python-snappy
socketio = python-socketio
socks = pysocks
speech_recognition = speechrecognition
stdnum = python-stdnum
tabula = tabula-py
telegram = python-telegram-bot
tensorflow = tensorflow tensorflow-cpu tensorflow-gpu tf-nightly
tlz = toolz
umap = umap-learn
usb = pyusb
vlc = python-vlc
websocket = websocket-client
win32api = pywin32
win32com = pywin32
win32con = pywin32
win32file = pywin32
win32gui = pywin32
winpty = pywinpty
wx = wxpython
xdist = pytest-xdist
Xlib = python-xlib
yaml = pyyaml
zmq = pyzmq
"""
_TABLE = {
    module.strip(): tuple(distributions.split())
    for module, _, distributions in (line.partition("=") for line in _KNOWN.strip().splitlines())
}


def candidates(module: str, attr: str | None, configured: Sequence[tuple[str, str]] = ()) -> Iterator[str]:
    """The normalised names of distributions that may bring `module`, or `attr` of it; the likeliest first.

    What is `configured`, as pairs of an import name and a distribution, settles it; then the table above;
    then the name itself, longest first: google.cloud.storage may come with `google-cloud-storage`.
    """
    parts = [part for part in module.split(".") if part]
    if attr not in (None, "*"):
        parts.append(str(attr))
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    said = dict(configured)
    for name in names:
        if name in said:
            yield normalised(said[name])
            return
    for name in names:
        yield from _TABLE.get(name, ())
        yield normalised(name)
