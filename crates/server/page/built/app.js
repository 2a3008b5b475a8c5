var C,vt,Cn,te,Ze,Me,wt,Ce,kt,Xe,Ke,St,_e=Symbol.for("pv"),Ae={},Fe=[],xn=/^m(i|n|o|s|text|space)$/,Qe=Array.isArray,Ct=Fe.slice,se=Object.assign;
function ie(e){e&&e.parentNode&&e.remove()}function xe(e,t,a,o,r){var i={type:e,props:t,key:a,ref:o,__k:null,__:null,__b:0,__e:null,__c:null,constructor:_e,__v:r||++vt,__i:-1,__u:0};return!r&&
C.vnode&&C.vnode(i),i}function T(e){return e.children}function Te(e,t){this.props=e,this.context=t,this.__g=0}function ne(e,t){if(t==null)return e.__&&ne(e.__,e.__i+
1);for(var a;t<e.__k.length;t++)if((a=e.__k[t])&&a.__e)return a.__e;return typeof e.type!="function"||e.props.__P?null:ne(e)}function Tn(e){
var t,a=e.__v,o=a.__e,r=[],i=[],s=e.__P;s&&((t=se({constructor:_e},a)).__v=a.__v+1,C.vnode&&C.vnode(t),Ye(s,t,a,e.__n,s.namespaceURI,32&a.__u?
[o]:null,r,o||ne(a),32&a.__u,i),t.__v=a.__v,t.__.__k[t.__i]=t,Ft(r,t,i),a.__=a.__e=null,t.__e!=o&&xt(t))}function xt(e){if((e=e.__)&&e.__c&&
!e.props.__P)return e.__e=null,e.__k.some(function(t){return t&&(e.__e=t.__e)}),xt(e)}function Je(e){(8&e.__g||(e.__g|=8,te.push(e),Me++))&&
Ze==C.debounceRendering||((Ze=C.debounceRendering)||queueMicrotask)(Tt)}function Tt(){try{for(var e,t=1;te.length;)te.length>t&&te.sort(wt),
e=te.shift(),t=te.length,8&e.__g&&Tn(e)}finally{(Me=te.length)&&(Ze||queueMicrotask)(Tt)}}function It(e,t,a,o,r,i,s,l,p,d,u){var f,h,c,b,v,g,
y=o.__k||Fe,_=t.length;for(p=In(a,t,y,p,_),f=0;f<_;f++)(c=a.__k[f])!=null&&(h=~c.__i&&y[c.__i]||Ae,c.__i=f,g=Ye(e,c,h,r,i,s,l,p,d,u),b=c.__e,
(h.ref!=c.ref||8&h.__u)&&(h.ref&&et(h.ref,null,c,h),c.ref&&u.push(c.ref,c.__c||b,c)),v=v||b,4&c.__u?(p=Mt(c,p,e,!h.__v),h.__e&&(h.__e=null)):
typeof c.type=="function"&&g!==void 0?p=g:b&&(p=b.nextSibling),c.__u&=-21);return a.__e=v,p}function In(e,t,a,o,r){var i,s,l,p,d,u,f,h,c,b=a.
length,v=b,g=0,y=0,_=e.__k=Array(r);for(i=0;i<r;i++)(s=t[i])!=null&&typeof s!="boolean"&&typeof s!="function"?(typeof s!="object"||s.constructor===
String?s=_[i]=xe(null,s):Qe(s)?s=_[i]=xe(T,{children:s}):s.constructor===_e&&s.__b?s=_[i]=xe(s.type,s.props,s.key,s.ref,s.__v):_[i]=s,p=i+g,
s.__=e,s.__b=e.__b+1,l=null,~(d=s.__i=Mn(s,a,p,v))&&(v--,(l=a[d])&&(l.__u|=2)),l&&l.__v?(s.__u|=16,d==p-1?g--:d==p+1?g++:d!=p&&(d>p?g--:g++,
y=1)):(~d||(r>b?g--:r<b&&g++),typeof s.type!="function"&&(s.__u|=4))):_[i]=null;if(y){for(u=[],f=[],i=0;i<r;i++)if((s=_[i])&&16&s.__u){for(g=
0,h=u.length;g<h;)u[c=g+h>>1]<s.__i?g=c+1:h=c;u[g]=s.__i,f[i]=g+1}for(g=u.length;i--;)f[i]&&(f[i]==g?g--:_[i].__u|=4)}if(v)for(i=0;i<b;i++)!(l=
a[i])||2&l.__u||(l.__e==o&&(o=ne(l)),tt(l,l));return o}function Mt(e,t,a,o){var r,i,s,l;if(typeof e.type=="function"){if(e.props.__P)return t;
if(r=e.__k)for(i=0;i<r.length;i++)r[i]&&(r[i].__=e,t=Mt(r[i],t,a,!1));return t}for(t&&!t.parentNode&&(t=ne(e))&&!t.parentNode&&(t=null),s=e.
__e,l=t;l&&l.nodeType==8;)l=l.nextSibling;for(s!=l&&(!o&&a.moveBefore&&s.parentNode?a.moveBefore(s,t):a.insertBefore(s,t||null)),t=s;(t=t&&t.
nextSibling)&&t.nodeType==8&&!t.data.startsWith("$s"););return t}function Mn(e,t,a,o){var r,i=e.key,s=e.type,l=t[a],p=l&&!(2&l.__u);if(l===null&&i==null||p&&i==l.key&&s==l.type)return a;if(o>(p?1:0)){for(r=
a-1;r>=0;r--)if((l=t[r])&&!(2&l.__u)&&i==l.key&&s==l.type)return r;for(r=a+1;r<t.length;r++)if((l=t[r])&&!(2&l.__u)&&i==l.key&&s==l.type)return r}
return-1}function bt(e,t,a){a==null&&(a=""),t[0]=="-"?e.setProperty(t,a):e[t]=a}function Se(e,t,a,o,r){var i,s;if(t=="style")if(typeof a=="s\
tring")e.style.cssText=a;else{if(typeof o=="string"&&(e.style.cssText=o=""),o)for(t in o)a&&t in a||bt(e.style,t);if(a)for(t in a)o&&a[t]==o[t]||
bt(e.style,t,a[t])}else if(t[0]=="o"&&t[1]=="n")typeof a!="function"&&(a=null),typeof o!="function"&&(o=null),(e.__e||(e.__e={}))[t]=a,a&&o||
(s=Ke[t]||(Ke[t]=An(t)),(e.__a||(e.__a={}))[t]=Xe,i=t!=(t=t.replace(kt,"$1")),(t=t.slice(2))[0]<"a"&&(t=t.toLowerCase()),a?e.addEventListener(
t,s,i):e.removeEventListener(t,s,i));else{if(r=="http://www.w3.org/2000/svg")t=t.replace(/xlink(H|:h)/,"h").replace(/sName$/,"s");else if(t!=
"width"&&t!="height"&&t!="href"&&t!="list"&&t!="form"&&t!="tabIndex"&&t!="download"&&t!="rowSpan"&&t!="colSpan"&&t!="role"&&t!="popover"&&t in
e)try{return void(e[t]=a??"")}catch{}if(typeof a=="function")return;a==null||a===!1&&t[4]!="-"?e.removeAttribute(t):e.setAttribute(t,t=="pop\
over"&&a==1?"":a)}}function An(e){return function(t){var a=this.__e;if(a){if(a=a[e],t[Ce]==null)t[Ce]=Xe++;else if(t[Ce]<this.__a[e])return;
return a(C.event?C.event(t):t)}}}function Ye(e,t,a,o,r,i,s,l,p,d){var u,f,h,c,b,v,g,y,_,x,w,L,O,A,R,V,G,W,H=t.type;if(t.constructor!==_e)return null;
128&a.__u&&(p=32&a.__u,u=a.__c.__z)&&(t.__u|=p,f=i=[],u.nodeType==8?l=Ie(u,i):i.push(u),l=i[0]||l),(u=C.__b)&&u(t);e:if(typeof H=="function"){
h=s.length;try{if(y=t.props,_=(u=H.prototype)&&u.render,x=(u=H.contextType)&&o[u.__c],w=u?x?x.props.value:u.__:o,(c=a.__c)?(t.__c=c,2&c.__g&&
(c.__g|=1)):(_?t.__c=c=new H(y,w):(t.__c=c=new Te(y,w),c.constructor=H,c.render=En),x&&x.sub(c),c.state||(c.state={}),c.__n=o,c.__g|=8,c.__h=
[],c.__k=[]),_&&(c.__s||(c.__s=c.state),H.getDerivedStateFromProps&&(c.__s==c.state&&(c.__s=se({},c.__s)),se(c.__s,H.getDerivedStateFromProps(
y,c.__s)))),b=c.props,v=c.state,c.__v=t,a.__c){if(y!==b&&_&&!H.getDerivedStateFromProps&&c.componentWillReceiveProps&&c.componentWillReceiveProps(
y,w),t.__v==a.__v&&!(8&c.__g)||!(4&c.__g)&&c.shouldComponentUpdate&&c.shouldComponentUpdate(y,c.__s,w)===!1){t.__v!=a.__v&&(c.props=y,c.state=
c.__s,c.__g&=-9),t.__e=a.__e,t.__k=a.__k,t.__k.some(function(k){k&&(k.__=t)}),Fe.push.apply(c.__h,c.__k),c.__k=[],c.__h.length&&s.push(c),l=
ne(a);break e}c.componentWillUpdate&&c.componentWillUpdate(y,c.__s,w),_&&c.componentDidUpdate&&c.__h.push(function(){c.componentDidUpdate(b,
v,g)})}else _&&!H.getDerivedStateFromProps&&c.componentWillMount&&c.componentWillMount(),_&&c.componentDidMount&&c.__h.push(c.componentDidMount);
c.context=w,c.props=y,c.__P=e,c.__g&=-5,L=C.__r,O=_?25:0;do c.__g&=-9,L&&L(t),u=c.render(c.props,c.state=c.__s,c.context);while(8&c.__g&&++O<
25);_&&(Fe.push.apply(c.__h,c.__k),c.__k=[]),c.state=c.__s,c.getChildContext&&(o=se({},o,c.getChildContext())),_&&a.__c&&c.getSnapshotBeforeUpdate&&
(g=c.getSnapshotBeforeUpdate(b,v)),A=u&&u.type===T&&u.key==null?u.props.children:u,y.__P&&(u=l,r=(e=y.__P).namespaceURI,p=i=null,a.props&&a.
props.__P!=e&&(a.__k.some(function(k){k&&tt(k,k)}),a.__k=null),l=a.__k?ne(a,0):null),l=It(e,Qe(A)?A:[A],t,a,o,r,i,s,l,p,d),y.__P&&(t.__e=null,
l=u),t.__u&=-161,f&&f.some(ie),c.__h.length&&s.push(c),1&c.__g&&(c.__g&=-4)}catch(k){if(s.length=h,t.__v=null,p||i)if(k&&k.then){if(t.__u|=128|
p,i){for(~(G=i.indexOf(l||void 0))||(G=i.length);(W=i[G-1])&&W.nodeType==8;)G--;for(;G<i.length;G++)if(W=i[G])if(i[G]=null,R){if(W==V)break}else{
if(W.nodeType!=8)break;W.data.startsWith("$s")&&(V=Ie(R=W))}}if(!R){for(;l&&l.nodeType==8&&l.nextSibling;)l=l.nextSibling;R=l}(u=Ie(R=t.__c.
__z||(t.__c.__z=R)))?(t.__e=R,l=u):t.__e=l,l=l&&l.nextSibling}else i&&i.some(ie);else t.__e=a.__e;t.__k||(t.__k=a.__k||[]),k&&k.then||At(t),
C.__e(k,t,a)}}else l=t.__e=Fn(a.__e,t,a,o,r,i,s,p,d,e);return(u=C.diffed)&&u(t),l}function Ie(e,t){if(e&&e.nodeType==8&&e.data.startsWith("$\
s"))for(var a=1;e=e.nextSibling;){if(e.nodeType==8){if(e.data.startsWith("$s"))a++;else if(e.data.startsWith("/$s")&&!--a)return e}t&&t.push(
e)}}function At(e){e&&(e.__c&&(e.__c.__g|=4),e.__k&&e.__k.some(At))}function Ft(e,t,a){for(var o=0;o<a.length;)et(a[o++],a[o++],a[o++]);C.__c&&
C.__c(t,e),e.some(function(r){try{e=r.__h,r.__h=[],e.some(function(i){i.call(r)})}catch(i){C.__e(i,r.__v)}})}function Fn(e,t,a,o,r,i,s,l,p,d){
var u,f,h,c,b,v,g,y,_=a.props||Ae,x=t.props,w=t.type;if(w=="svg"?r="http://www.w3.org/2000/svg":w=="math"?r="http://www.w3.org/1998/Math/Mat\
hML":r||(r="http://www.w3.org/1999/xhtml"),i){for(u=0;u<i.length;u++)if((b=i[u])&&(w?b.localName==w:b.nodeType==3)){e=b,i[u]=null;break}}if(!e){
if(y=d.ownerDocument||document,!w)return y.createTextNode(x);e=y.createElementNS(r,w,x.is?x:d),l&&(C.__m&&C.__m(t,i),l=!1),i=null}if(w){if(d=
w=="template"&&e.content||e,i=w=="textarea"&&x.defaultValue!=null?null:i&&Ct.call(d.childNodes),!l&&i)for(_={},u=0;u<e.attributes.length;u++)
_[(b=e.attributes[u]).name]=b.value;for(u in _)b=_[u],u=="dangerouslySetInnerHTML"?h=b:u=="children"||u in x||u=="value"&&"defaultValue"in x||
u=="checked"&&"defaultChecked"in x||Se(e,u,null,b,r);for(u in x)b=x[u],u=="children"?c=b:u=="dangerouslySetInnerHTML"?f=b:u=="value"?v=b:u==
"checked"?g=b:l&&typeof b!="function"||_[u]===b||Se(e,u,b,_[u],r);f?(l||h&&(f.__html==h.__html||f.__html==e.innerHTML)||(e.innerHTML=f.__html),
t.__k=[]):(h&&(e.textContent=""),(w=="foreignObject"||r=="http://www.w3.org/1998/Math/MathML"&&xn.test(w))&&(r="http://www.w3.org/1999/xhtml"),
It(d,Qe(c)?c:[c],t,a,o,r,i,s,i?i[0]:a.__k&&ne(a,0),l,p),i&&i.some(ie)),l&&w!="textarea"||(u="value",w=="progress"&&v==null?e.removeAttribute(
u):v==null||v===e[u]&&(w!="progress"||v)||Se(e,u,v,_[u],r),u="checked",g!=null&&g!=e[u]&&Se(e,u,g,_[u],r))}else _===x||l&&e.data==x||(e.data=
x);return e}function et(e,t,a,o){try{typeof e=="function"?t?t.__x=e(t)||1:o&&(o=o.__c||o.__e)&&(t=o.__x)&&(o.__x=null,typeof t=="function"?t():
e(null)):e.current=t}catch(r){C.__e(r,a)}}function tt(e,t,a){var o,r,i,s;if(C.unmount&&C.unmount(e),!(o=e.ref)||o.current&&o.current!=e.__e||
et(o,null,t,e),o=e.__c){if(o.componentWillUnmount)try{o.componentWillUnmount()}catch(l){C.__e(l,t)}o.__P=o.__n=null}if(o=e.__k)for(s=0;s<o.length;s++)
o[s]&&tt(o[s],t,typeof e.type!="function"||a&&!e.props.__P);!a&&(o=e.__c)&&(o=o.__z)&&(r=Ie(o,i=[]))&&(o==e.__e&&i.some(ie),ie(r),ie(o)),a||
ie(e.__e),e.__e=e.__c=e.__=null}function En(e,t,a){return this.constructor(e,a)}function Et(e,t){var a,o,r,i;C.__&&C.__(e,t),t.nodeType==9&&
(t=t.documentElement),o=(a=e&&32&e.__u)?null:t.__k,t.__k=xe(T,{children:[e]}),r=[],i=[],Ye(t,t.__k,o||Ae,Ae,t.namespaceURI,o?null:t.firstChild?
Ct.call(t.childNodes):null,r,o?o.__e:t.firstChild,a,i),Ft(r,t.__k,i),t.__k.props.children=null}function Pt(e){function t(a){var o,r;return this.getChildContext||(o=new Set,(r={})[t.__c]=this,this.getChildContext=function(){return r},this.
shouldComponentUpdate=function(i){this.props.value!=i.value&&o.forEach(function(s){s.__g|=4,Je(s)})},this.sub=function(i){o.add(i);var s=i.componentWillUnmount;
i.componentWillUnmount=function(){o.delete(i),s&&s.call(i)}}),a.children}return t.__c="__cC"+St++,t.__=e,t.Provider=(t.Consumer=function(a,o){
return a.children(o)}).contextType=t,t}C={__e:function(e,t,a,o){for(var r,i,s;t=t.__;)if((r=t.__c)&&!(1&r.__g)){r.__g|=4;try{if((s=(i=r.constructor)&&i.getDerivedStateFromError)&&
r.setState(i.getDerivedStateFromError(e)),r.componentDidCatch&&(r.componentDidCatch(e,o||{}),s=1),s&&8&r.__g)return void(r.__g|=2)}catch(l){
e=l}}throw Me=0,e}},vt=0,Cn=function(e){return e!=null&&e.constructor===_e},Te.prototype.setState=function(e,t){var a=this.__s;a&&a!=this.state||
(a=this.__s=se({},this.state)),typeof e=="function"&&(e=e(se({},a),this.props)),e&&(se(a,e),this.__v&&(t&&this.__k.push(t),Je(this)))},Te.prototype.
forceUpdate=function(e){this.__v&&(this.__g|=4,e&&this.__h.push(e),Je(this))},Te.prototype.render=T,te=[],Me=0,wt=function(e,t){return e.__v.
__b-t.__v.__b},Ce=Symbol(),kt=/(PointerCapture)$|Capture$/i,Xe=0,Ke={},St=0;var ue,F,nt,Dt,at=Object.is,be=0,Ht=[],ot=[],E=C,Lt=E.__b,Rt=E.__r,Nt=E.diffed,$t=E.__c,Bt=E.unmount,Gt=E.__;function Ee(e,t){E.__h&&E.__h(F,
e,be||t),be=0;var a=F.__H||(F.__H={__:[],__h:[]});return e>=a.__.length&&a.__.push({}),a.__[e]}function m(e){return be=1,Pn(Vt,e)}function Pn(e,t,a){
var o=Ee(ue++,2);if(o.t=e,!o.__c&&(o.__=[a?a(t):Vt(void 0,t),function(i){var s=(o.__N||o.__)[0],l=o.t(s,i);at(s,l)||(o.__N=[l,o.__[1]],o.__c.
setState({}))}],o.__c=F,!F.__f)){F.__f=!0;var r=F.shouldComponentUpdate;F.shouldComponentUpdate=function(i,s,l){var p=this.__H;if(!p)return!0;
var d=!1,u=this.props!=i;if(p.__.some(function(h){h.__N&&(d=!0,at(h.__[0],h.__N[0])||(u=!0))}),r){var f=r.call(this,i,s,l);return d?f||u:f}return!d||
u}}return o.__}function I(e,t){var a=Ee(ue++,3);!E.__s&&qt(a.__H,t)&&(a.__P=!0,a.__=e,a.u=t,F.__H.__h.push(a))}function it(e){return be=5,U(function(){return{current:e}},[])}function U(e,t){var a=Ee(ue++,7);return qt(a.__H,t)&&(a.__=e(),a.__H=t),a.__}function ae(e,t){return be=8,U(function(){return e},t)}function Ut(e){
var t=F.context[e.__c],a=Ee(ue++,9);return a.c=e,t?(a.__==null&&(a.__=!0,t.sub(F)),t.props.value):e.__}function Dn(){var e;do{for(;e=ot.shift();)try{ye(e)}catch(a){E.__e(a,{__:(e=e.__P)&&e.__v})}for(;e=Ht.shift();){var t=e.__H;if(e.__P&&t)try{
t.__h.some(ye),t.__h.some(rt),t.__h=[]}catch(a){t.__h=[],E.__e(a,e.__v)}}}while(ot.length)}E.__b=function(e){F=null,Lt&&Lt(e)},E.__=function(e,t){
e&&t.__k&&t.__k.__m&&(e.__m=t.__k.__m),Gt&&Gt(e,t)},E.__r=function(e){Rt&&Rt(e),ue=0;var t=(F=e.__c).__H;t&&(nt==F?F.__h=[]:(t.__h.some(ye),
t.__h.some(rt),ue=0),t.__h=[],t.__.some(function(a){a.__N&&(a.__=a.__N),a.u=a.__N=void 0})),nt=F},E.diffed=function(e){Nt&&Nt(e);var t=e.__c;
t&&t.__H&&(t.__H.__h.length&&Wt(Ht.push(t)),t.__H.__.some(function(a){a.u&&(a.__H=a.u)})),nt=F=null},E.__c=function(e,t){t.some(function(a){
try{a.__h.some(ye),a.__h=a.__h.filter(function(o){return!o.__||rt(o)})}catch(o){a.__h=[function(){throw o}]}}),$t&&$t(e,t)},E.unmount=function(e){
Bt&&Bt(e);var t,a,o=e.__c;o&&o.__H&&(o.__H.__.some(function(r){try{if(r.__P&&r.__c){if(a===void 0){for(a=e.__;a&&(!a.__c||!a.__c.__P);)a=a.__;
a=a&&a.__c}r.__P=a,Wt(ot.push(r))}else ye(r)}catch(i){t=i}}),o.__H=void 0,t&&E.__e(t,o.__v))};var Ot=typeof requestAnimationFrame=="function";
function Ln(e){var t,a=function(){clearTimeout(o),Ot&&cancelAnimationFrame(t),setTimeout(e)},o=setTimeout(a,35);Ot&&(t=requestAnimationFrame(
a))}function Wt(e){e!=1&&Dt==E.requestAnimationFrame||((Dt=E.requestAnimationFrame)||Ln)(Dn)}function ye(e){var t=F,a=e.__c;typeof a=="funct\
ion"&&(e.__c=void 0,a()),F=t}function rt(e){var t=F;e.__c=e.__(),F=t}function qt(e,t){return!e||e.length!=t.length||t.some(function(a,o){return!at(
a,e[o])})}function Vt(e,t){return typeof t=="function"?t(e):t}var Z=class extends Error{code;status;requestId;items;constructor(t,a={}){super(t),this.code=a.body?.error,this.status=a.status,this.requestId=
a.body?.requestId??a.requestId,this.items=a.body?.items??[]}get isLost(){return this.status===void 0}get isPassing(){return this.isLost||this.
status===429||(this.status??0)>=500}};async function zt(e){let t=e.status,a=e.headers.get("X-Request-Id")??void 0,o=await e.json().catch(()=>{});
return Rn(o)?new Z(st(o.message),{status:t,body:o}):new Z(`The answer was ${t} ${e.statusText}`.trimEnd()+", and not the service's.",{status:t,
requestId:a})}function le(){return new Z("The service does not answer.")}function X(e){return e instanceof Z?e:new Z(String(e))}function Rn(e){
return typeof e=="object"&&e!==null&&"error"in e&&"message"in e}function st(e){let t=e.charAt(0);return(/^[a-z]+\b(?!-)/.test(e)?t.toUpperCase()+
e.slice(1):e)+(/[.!?]$/.test(e)?"":".")}function jt(e){return e.by==="token"?`Bearer ${e.token}`:`Basic ${Nn(`${e.user}:${e.password}`)}`}function Nn(e){return btoa(String.fromCharCode(
...new TextEncoder().encode(e)))}var $n=20,de=class{#t;constructor(t){this.#t=t&&jt(t)}loadBalancers(t){return this.#e("GET","/elb",{signal:t})}counted(t){return this.#e("GE\
T","/elb",{query:{counts:!0},signal:t})}targets(t,a){return this.#e("GET",`${Pe(t)}/targets`,{query:{kind:t.kind},signal:a})}change(t,a,o={}){
return this.#e("POST",`${Pe(t)}/changes`,{query:{kind:t.kind,dryRun:o.dryRun||void 0,force:o.force?!0:void 0},reason:o.force?.reason,body:{items:a,
...o.expectedMembership&&{expectedMembership:o.expectedMembership}}})}member(t,a,o,r){let i={kind:t.kind,until:o,wait:$n};return this.#e("GE\
T",`${Pe(t)}/instances/${encodeURIComponent(a)}`,{query:i,signal:r})}everywhere(t,a){return this.#e("GET",`/instances/${encodeURIComponent(t)}`,
{signal:a})}drained(t){return this.#e("GET","/instances",{query:{drained:!0},signal:t})}drain(t,a){return this.#e("POST",`/instances/${encodeURIComponent(
t)}/drain`,{query:{force:a.force||void 0,asg:a.standby?"standby":void 0},reason:a.reason})}restore(t,a={}){return this.#e("POST",`/instances\
/${encodeURIComponent(t)}/restore`,{query:{skipGone:a.skipGone||void 0}})}async events(t,a){let o=await this.#n("GET",`${Pe(t)}/events`,{query:{
kind:t.kind},signal:a});if(!o.body)throw le();return o.body}async#e(t,a,o){let r=await this.#n(t,a,o);try{return await r.json()}catch(i){throw o.
signal?.aborted?i:le()}}async#n(t,a,o){let r=new Headers;this.#t&&r.set("Authorization",this.#t),o.reason&&r.set("X-Reason",o.reason),o.body&&
r.set("Content-Type","application/json");let i=new URLSearchParams;for(let[l,p]of Object.entries(o.query??{}))p!==void 0&&i.set(l,String(p));
let s;try{s=await fetch(i.size?`${a}?${i}`:a,{method:t,headers:r,credentials:"omit",cache:"no-store",referrerPolicy:"no-referrer",body:o.body?
JSON.stringify(o.body):null,signal:o.signal??null})}catch(l){throw o.signal?.aborted?l:le()}if(!s.ok)throw await zt(s);return s}};function Pe(e){
return`/elb/${encodeURIComponent(e.name)}`}function De(e){return e instanceof Z&&e.status===401}var Le=class{#t=[];#e=new Set;#n=1;#r=new AbortController;start(t,a){let o=this.#n++;this.#o([...this.#t,{id:o,stage:"working",started:Date.
now(),...t}]),a(i=>this.#a(o,{now:i}),this.#r.signal).then(i=>this.#a(o,{stage:"done",now:i}),i=>{let s=X(i);this.#a(o,{stage:"failed",now:s.
message,failure:s})})}forget(t){this.#o(this.#t.filter(a=>a.id!==t))}end(){this.#r.abort(),this.#e.clear()}get all(){return this.#t}listen(t){
return this.#e.add(t),()=>this.#e.delete(t)}#a(t,a){this.#o(this.#t.map(o=>o.id===t?{...o,...a}:o))}#o(t){this.#t=t;for(let a of this.#e)a(t)}};var Bn={application:!0,network:!0,gateway:!0,classic:!0};function lt(e){let[t="",a=""]=e.replace(/^#/,"").split("?",2),[o,r,...i]=t.split("/").
filter(Boolean).map(Gn);if(o===void 0)return{at:"loadBalancers"};if(i.length>0)return{at:"nowhere"};if(o==="maintenance"&&r===void 0)return{
at:"maintenance"};if(o==="machines"&&r)return{at:"machine",id:r};if(o!=="load-balancers")return{at:"nowhere"};if(!r)return{at:"loadBalancers"};
let s=new URLSearchParams(a).get("kind");return{at:"loadBalancer",name:r,kind:s!==null&&s in Bn?s:void 0}}function $(e){switch(e.at){case"lo\
adBalancers":return"#/";case"maintenance":return"#/maintenance";case"machine":return`#/machines/${encodeURIComponent(e.id)}`;case"loadBalanc\
er":return`#/load-balancers/${encodeURIComponent(e.name)}${e.kind?`?kind=${e.kind}`:""}`}}function Gn(e){try{return decodeURIComponent(e)}catch{
return e}}function K(e){return[e.targetGroup,e.address,e.port===void 0?void 0:`port ${e.port}`].filter(Boolean).join(", ")||"the load balancer itself"}
function pe(e){let t=e.targetGroup||e.port?K(e):void 0;return[e.loadBalancer??"no load balancer",t].filter(Boolean).join(" / ")}function fe(e){
let t=e.action==="attach";switch(e.outcome){case"planned":case"done":return{passes:!0,word:t?"Will be attached":"Will be detached",sentence:t?
"It takes traffic once its first health checks have passed.":"It drains first: open connections may finish, new ones go elsewhere."};case"un\
changed":return{passes:!0,word:t?"Attached already":"Not attached",sentence:"Nothing is to be done."};default:return{passes:!1,word:"Refused",
sentence:ct(e.error,e.message)}}}function ct(e,t){let a=t??e??"the service says no more";return st(ve(e)?a.replace(/; force=true .*$/,""):a)}
function ve(e){return e==="WouldBreachMinimumHealthy"}var On={autoScaling:"an Auto Scaling group",ecs:"Amazon ECS",codeDeploy:"AWS CodeDeplo\
y",kubernetes:"a Kubernetes cluster"};function ut(e){return On[e.kind]+(e.name?`, ${e.name}`:"")}function ee(e,t,a=`${t}s`){return`${e.toLocaleString(
"en")} ${e===1?t:a}`}function Re(e){return e.trim()===""?"Say why: the reason goes into the log.":/^[ -~]*$/.test(e)?e.length>200?"The reaso\
n may have 200 characters.":void 0:"The reason may have letters without accents, digits and punctuation only."}function Ne(e){return e===""?
"Say which machine.":/^i-([0-9a-f]{8}|[0-9a-f]{17})$/.test(e)?void 0:"An instance id is i- and 8 or 17 hexadecimal digits, such as i-06060a1\
e235609999."}var Wn=new Intl.DateTimeFormat("en-GB",{hour:"2-digit",minute:"2-digit",second:"2-digit"}),Hn=new Intl.DateTimeFormat("en-GB",{year:"numeric",
month:"short",day:"2-digit"}),Un=new Intl.DateTimeFormat("en-GB",{year:"numeric",month:"short",day:"2-digit",hour:"2-digit",minute:"2-digit",
timeZoneName:"short"}),he=e=>Wn.format(new Date(e)),Zt=e=>Hn.format(new Date(e)),me=e=>Un.format(new Date(e));function ce(e){let t=Math.max(
0,Math.floor(e/1e3)),a=i=>String(i).padStart(2,"0"),[o,r]=[Math.floor(t/3600),Math.floor(t/60)%60];return o>0?`${o}:${a(r)}:${a(t%60)}`:`${r}\
:${a(t%60)}`}var Kt={unhealthy:{word:"Unhealthy",tone:"bad"},unavailable:{word:"Unavailable",tone:"bad"},unknown:{word:"Unknown",tone:"idle"},"unhealthy.\
draining":{word:"Unhealthy, draining",tone:"bad"},unused:{word:"Unused",tone:"idle"},draining:{word:"Draining",tone:"moving"},initial:{word:"\
Starting",tone:"moving"},healthy:{word:"Healthy",tone:"good"}};function $e(e){return Kt[e].word}function we(e){return e?Kt[e].tone:"idle"}var Jt=[
"all","healthy","unhealthy","other"];function dt(e){return e.health==="healthy"||e.health==="unhealthy"?e.health:"other"}function Xt(e){let t={
all:0,healthy:0,unhealthy:0,other:0};for(let a of e)t.all+=1,t[dt(a)]+=1;return t}var qn=Symbol.for("pv"),Vn=0;function n(e,t,a,o,r,i){t||(t={});var s,l,p=t;if("ref"in p&&typeof e!="function")for(l in p={},t)l=="ref"?s=t[l]:p[l]=t[l];var d={type:e,props:p,
key:a,ref:s,__k:null,__:null,__b:0,__e:null,__c:null,constructor:qn,__v:--Vn,__i:-1,__u:0};return(r||i)&&(d.__source=r,d.__self=i),C.vnode&&
C.vnode(d),d}var zn={good:n("path",{d:"M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.6 5.3-4.3 4.8-2.8-2.6.9-1 1.8 1.7 3.3-3.8Z"}),bad:n("path",{d:"M5.1 1h5.8L15 \
5.1v5.8L10.9 15H5.1L1 10.9V5.1Zm.7 3.7L4.7 5.8 6.9 8l-2.2 2.2 1.1 1.1L8 9.1l2.2 2.2 1.1-1.1L9.1 8l2.2-2.2-1.1-1.1L8 6.9Z"}),moving:n("path",
{d:"M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.5v11a5.5 5.5 0 0 1 0-11Z"}),idle:n("path",{d:"M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.5a5.5 5.5 0 \
1 1 0 11 5.5 5.5 0 0 1 0-11ZM4.8 7.2h6.4v1.6H4.8Z"})};function Q({tone:e}){return n("svg",{class:`icon ${e}`,viewBox:"0 0 16 16","aria-hidde\
n":"true",children:zn[e]})}function ge({state:e}){let t=we(e);return n("span",{class:`state ${t}`,children:[n(Q,{tone:t}),e?$e(e):"Not regis\
tered"]})}function P({tone:e,title:t,children:a}){return n("div",{class:`notice ${e}`,role:e==="bad"?"alert":void 0,children:[t&&n("strong",
{children:t}),a]})}function M({failure:e,title:t,again:a}){return n(P,{tone:"bad",title:t,children:[n("p",{children:ct(e.code,e.message)}),e.
items.length>0&&n("ul",{children:e.items.filter(o=>o.message).map(o=>n("li",{children:[n("code",{children:o.instanceId??o.targetGroup})," ",
o.message]}))}),(e.code||e.requestId)&&n("p",{class:"origin",children:[e.code&&n("code",{children:e.code}),e.code&&e.requestId&&" · ",e.requestId&&
n(T,{children:["request ",n("code",{children:e.requestId})]})]}),a&&n("button",{type:"button",onClick:a,children:"Try again"})]})}function z({title:e,children:t}){return n("div",{class:"empty",children:[n("p",{class:"title",children:e}),t]})}function Y({title:e,focus:t=!0}){
let a=it(null);return I(()=>{document.title=`${e} · elb-instance-manager`,t&&"moved"in document.body.dataset&&a.current?.focus({preventScroll:!0})},
[e]),n("h1",{ref:a,tabIndex:-1,children:e})}function Be({value:e,onInput:t,label:a}){return n("input",{class:"search",type:"search",value:e,
"aria-label":a,placeholder:a,autocomplete:"off",spellcheck:!1,"data-search":!0,onInput:o=>t(o.currentTarget.value)})}function q({label:e,hint:t,
problem:a,children:o,id:r}){return n("div",{class:"field",children:[n("label",{for:r,children:e}),o,t&&n("p",{class:"hint",id:`${r}-hint`,children:t}),
a&&n("p",{class:"problem",id:`${r}-problem`,role:"alert",children:a})]})}function oe({title:e,onClose:t,children:a}){let o=it(null);return I(
()=>{o.current?.showModal()},[]),n("dialog",{ref:o,"aria-labelledby":"dialog-title",onClose:t,children:[n("header",{children:[n("h2",{id:"di\
alog-title",children:e}),n("button",{type:"button",class:"quiet close","aria-label":"Close",onClick:()=>o.current?.close(),children:n("svg",
{viewBox:"0 0 16 16","aria-hidden":"true",children:n("path",{d:"m4 4 8 8m0-8-8 8"})})})]}),a]})}function B({children:e}){return n("p",{class:"\
working",role:"status",children:[n("span",{class:"spinner","aria-hidden":"true"}),e]})}var pt=Pt(void 0);function D(){let e=Ut(pt);if(!e)throw new Error("outside of a session");return e}function J(){let{refused:e}=D();return ae(
t=>{let a=X(t);return De(t)&&e(a),a},[e])}function j(e,t){let{service:a}=D(),o=J(),[r,i]=m({value:void 0,failure:void 0,loading:!0}),[s,l]=m(
0);I(()=>i({value:void 0,failure:void 0,loading:!0}),t),I(()=>{let d=new AbortController;return i(u=>({...u,loading:!0})),e(a,d.signal).then(
u=>d.signal.aborted||i({value:u,failure:void 0,loading:!1}),u=>{if(d.signal.aborted)return;let f=o(u);i(h=>({...h,failure:f,loading:!1}))}),
()=>d.abort()},[a,s,...t]);let p=ae(()=>l(d=>d+1),[]);return{...r,again:p}}function Ge(e){let[t,a]=m(Date.now());return I(()=>{if(!e)return;
a(Date.now());let o=setInterval(()=>a(Date.now()),1e3);return()=>clearInterval(o)},[e]),t}function Qt(){let{activities:e}=D(),[t,a]=m(e.all);I(()=>(a(e.all),e.listen(a)),[e]);let o=Ge(t.some(r=>r.stage==="working"));return n("sect\
ion",{class:"activities","aria-label":"Changes of this visit",hidden:t.length===0,children:n("ul",{"aria-live":"polite","aria-relevant":"add\
itions text",children:t.map(r=>n(jn,{one:r,now:o,onForget:()=>e.forget(r.id)},r.id))})})}function jn({one:e,now:t,onForget:a}){let o={working:"\
moving",done:"good",failed:"bad"},r=t-e.started;return n("li",{class:`stage-${e.stage}`,children:[n(Q,{tone:o[e.stage]}),n("strong",{children:e.
title}),n("span",{class:"now",children:[e.now,e.failure?.requestId&&n(T,{children:[" request ",n("code",{children:e.failure.requestId})]})]}),
e.stage==="working"?n("span",{class:"time","aria-hidden":"true",children:[ce(r),e.longest!==void 0&&r<=e.longest&&` of up to ${ce(e.longest)}`]}):
n("button",{type:"button",class:"quiet close","aria-label":`Forget: ${e.title}`,onClick:a,children:n("svg",{viewBox:"0 0 16 16","aria-hidden":"\
true",children:n("path",{d:"m4 4 8 8m0-8-8 8"})})})]})}var en={search:"",group:"all",column:"machine",descending:!1},Zn=["unhealthy","unavailable","unknown","unhealthy.draining","unused","drainin\
g","initial","healthy"],Kn={machine:e=>e.name??e.instanceId,health:e=>e.health?Zn.indexOf(e.health):-1,zone:e=>e.availabilityZone??"",launched:e=>e.
launchDate??""};function tn(e,t){let a=on(t.search),o=[...e].filter(s=>(t.group==="all"||dt(s)===t.group)&&an(Jn(s),a)),r=Kn[t.column],i=t.descending?
-1:1;return o.map(s=>({machine:s,key:r(s)})).sort((s,l)=>i*Yt(s.key,l.key)||Yt(s.machine.instanceId,l.machine.instanceId)).map(({machine:s})=>s)}
function nn(e,t){let a=on(t);return e.filter(o=>an([o.name,o.kind,o.dnsName,o.scheme,...o.targetGroups.map(r=>r.name)],a))}function an(e,t){
let a=e.filter(Boolean).join(" ").toLowerCase();return t.every(o=>a.includes(o))}function on(e){return e.toLowerCase().split(/\s+/).filter(Boolean)}
function Jn(e){let{instanceId:t,name:a,instanceType:o,availabilityZone:r,privateIpAddress:i,instanceState:s,targets:l}=e,p=l.flatMap(d=>[d.targetGroup,
d.port?.toString(),d.state,d.address]);return[t,a,o,r,i,s,...p]}var Xn=new Intl.Collator("en",{numeric:!0});function Yt(e,t){return typeof e==
"number"&&typeof t=="number"?e-t:Xn.compare(String(e),String(t))}function Oe(e,t){let a=Math.min(1e3*2**Math.min(e,10),15e3);return Math.round(a*(.75+t/4))}async function ke(e,t,a,o,r,i){let s={instanceId:a,targets:[]};for(let l=0;;)try{if(s=await e.member(t,a,o,i),l=0,s.settled)return s;r({machine:s})}catch(p){
let d=X(p);if(i.aborted||!d.isPassing)throw d;r({machine:s,trouble:d}),await Qn(Oe(l++,Math.random()),i)}}async function We(e,t,a,o,r){let i=new Map;
for(let{loadBalancer:s,kind:l}of t.registrations)s&&i.set(`${s} ${l}`,{name:s,kind:l});await Promise.all([...i.values()].map(s=>ke(e,s,t.instanceId,
a,o,r)))}function Qn(e,t){return new Promise(a=>{let o=setTimeout(a,e);t.addEventListener("abort",()=>(clearTimeout(o),a()),{once:!0})})}function He({plan:e,names:t}){return n("section",{class:"plan","aria-label":"Plan",children:[n("h3",{children:"The plan"}),n("ul",{children:e.
items.map(a=>{let o=fe(a),r=a.instanceId??"";return n("li",{class:o.passes?"passes":"refused",children:[n(Q,{tone:o.passes?"good":"bad"}),n(
"div",{children:[n("p",{children:[n("strong",{children:o.word})," ",n("span",{children:[t?.get(r)??r,a.targetGroup&&K(a)].filter(Boolean).join(
", ")})]}),n("p",{class:"sentence",children:o.sentence})]})]})})}),e.warnings?.map(a=>n(P,{tone:"careful",children:n("p",{children:a})}))]})}function rn({place:e,groups:t,id:a="",onClose:o}){let{service:r,activities:i}=D(),s=J(),[l,p]=m(a),[d,u]=m(""),[f,h]=m(""),[c,b]=m(),[v,g]=m(),
[y,_]=m(),[x,w]=m(!1),[L,O]=m(!1),A=t.filter(S=>S.targetGroup!==void 0),R=l.trim(),V=[{action:"attach",instanceId:R,...d&&{targetGroup:d},...f&&
{port:Number(f)}}];function G(S){S(),g(void 0),_(void 0),w(!1)}async function W(){let S=Ne(R);if(b(S),!(S||L)){O(!0),g(void 0),_(void 0);try{
g(await r.change(e,V,{dryRun:!0}))}catch(N){_(s(N))}finally{O(!1)}}}async function H(){if(!(L||!v)){O(!0),_(void 0);try{await r.change(e,V,{
expectedMembership:v.membershipVersion})}catch(S){O(!1);let N=s(S);return w(N.code==="MembershipChanged"),N.code==="MembershipChanged"?W():_(
N)}i.start({title:`Attach ${R} to ${e.name}`,now:"Registered, AWS has shown it"},async(S,N)=>(await ke(r,e,R,"healthy",({machine:re,trouble:ze})=>{
S(ze?`${ze.message} It is asked again.`:re.targets.find(je=>je.state!=="healthy")?.description??"Registered")},N),"Healthy.")),o()}}let k=v?.
items.every(S=>fe(S).passes&&S.outcome!=="unchanged");return n(oe,{title:`Attach a machine to ${e.name}`,onClose:o,children:n("form",{onSubmit:S=>(S.
preventDefault(),v&&k?H():W()),children:[n("div",{class:"body",children:[n(q,{label:"Instance id",id:"machine",problem:c,children:n("input",
{id:"machine",class:"mono",value:l,autofocus:!0,autocomplete:"off",autocapitalize:"none",spellcheck:!1,placeholder:"i-06060a1e235609999","ar\
ia-invalid":!!c,"aria-describedby":c?"machine-problem":void 0,onInput:S=>{let{value:N}=S.currentTarget;G(()=>p(N))}})}),A.length>0&&n("div",
{class:"two",children:[n(q,{label:"Target group",id:"group",children:n("select",{id:"group",value:d,onChange:S=>{let{value:N}=S.currentTarget;
G(()=>u(N))},children:[n("option",{value:"",children:A.length===1?A[0].targetGroup:"as the listeners forward"}),A.length>1&&A.map(S=>n("opti\
on",{value:S.targetGroup,children:S.targetGroup}))]})}),n(q,{label:"Port",id:"port",children:n("input",{id:"port",type:"number",min:1,max:65535,
value:f,placeholder:"the target group's",onInput:S=>{let{value:N}=S.currentTarget;G(()=>h(N))}})})]}),L&&!v&&n(B,{children:"Asking for the p\
lan…"}),x&&v&&n(P,{tone:"careful",children:n("p",{children:"The membership has changed since that plan was made. This is the plan for what\
 is there now."})}),v&&n(He,{plan:v}),y&&n(M,{failure:y,title:v?"It was not done":"There is no plan"})]}),n("footer",{children:[n("button",{
type:"button",onClick:o,children:"Cancel"}),v&&k?n("button",{type:"submit",class:"primary","aria-disabled":L,children:L?"Attaching…":"Atta\
ch"}):n("button",{type:"submit",class:"primary","aria-disabled":L,children:"Show the plan"})]})]})})}function sn({place:e,machine:t,longest:a,onClose:o}){let{service:r,activities:i}=D(),s=J(),[l]=m(t),[p,d]=m(-1),[u,f]=m(),[h,c]=m(),[b,v]=m(
!1),[g,y]=m(!1),[_,x]=m(""),[w,L]=m(),O=l.name??l.instanceId,A=l.targets[p],R=[{action:"detach",instanceId:l.instanceId,...A?.targetGroup&&{
targetGroup:A.targetGroup},...A?.port&&{port:A.port}}];function V(){f(void 0),c(void 0),r.change(e,R,{dryRun:!0}).then(f,k=>c(s(k)))}I(V,[p]);
async function G(k){let S=k?Re(_):void 0;if(L(S),!(S||g||!u)){y(!0),c(void 0),v(!1);try{await r.change(e,R,{force:k?{reason:_.trim()}:void 0,
expectedMembership:u.membershipVersion})}catch(N){y(!1);let re=s(N);return v(re.code==="MembershipChanged"),re.code==="MembershipChanged"?V():
c(re)}i.start({title:`Detach ${O} from ${e.name}`,now:"AWS has shown it draining or gone",longest:a},async(N,re)=>A?`Detached from ${K(A)}.`:
(await ke(r,e,l.instanceId,"detached",({machine:je,trouble:yt})=>{N(yt?`${yt.message} It is asked again.`:[...new Set(je.targets.map(Sn=>$e(
Sn.state)))].join(", "))},re)).connectionsMayRemain?"Gone. Connections may go on: this load balancer does not end them.":"Gone."),o()}}let W=u?.
items.filter(k=>!fe(k).passes)??[],H=W.length>0&&W.every(k=>ve(k.error));return n(oe,{title:`Detach ${O} from ${e.name}`,onClose:o,children:[
n("div",{class:"body",children:[l.targets.length>1&&n(q,{label:"From",id:"which",children:n("select",{id:"which",value:p,onChange:k=>d(Number(
k.currentTarget.value)),children:[n("option",{value:-1,children:["all ",l.targets.length," registrations here"]}),l.targets.map((k,S)=>n("op\
tion",{value:S,children:K(k)}))]})}),b&&n(P,{tone:"careful",children:n("p",{children:"The membership has changed since that plan was made. T\
his is the plan for what is there now."})}),!u&&!h&&n(B,{children:"Asking for the plan…"}),u&&n(He,{plan:u,names:new Map([[l.instanceId,O]])}),
h&&n(M,{failure:h,title:u?"It was not done":"There is no plan",again:V}),H&&n("fieldset",{class:"force",children:[n("legend",{children:"Deta\
ch all the same"}),n("p",{children:"The guard keeps a target group from losing its last healthy targets. Override it where you know better."}),
n(q,{label:"Reason, for the log",id:"reason",problem:w,children:n("input",{id:"reason",value:_,maxlength:200,autocomplete:"off","aria-invali\
d":!!w,"aria-describedby":w?"reason-problem":void 0,onInput:k=>x(k.currentTarget.value)})})]})]}),n("footer",{children:[n("button",{type:"bu\
tton",onClick:o,children:"Cancel"}),H&&n("button",{type:"button",class:"danger","aria-disabled":g,onClick:()=>G(!0),children:"Detach anyway"}),
u&&W.length===0&&n("button",{type:"button",class:"primary","aria-disabled":g,onClick:()=>G(!1),children:g?"Detaching…":"Detach"})]})]})}function Ue({id:e,onClose:t}){let{service:a,activities:o}=D(),r=J(),i=j((w,L)=>w.everywhere(e,L),[e]),[s,l]=m(""),[p,d]=m(!1),[u,f]=m(),[h,c]=m(),
[b,v]=m(!1),g=i.value,y=g?.name??e,_=ve(h?.code);async function x(w){let L=Re(s);if(f(L),L||b)return;v(!0),c(void 0);let O;try{O=await a.drain(
e,{reason:s.trim(),force:w,standby:p})}catch(A){return v(!1),c(r(A))}o.start({title:`Drain ${y}`,now:"AWS has shown it draining or gone ever\
ywhere"},async(A,R)=>(await We(a,O,"detached",({trouble:V})=>A(V?`${V.message} It is asked again.`:"Draining"),R),"Out of everything; its ta\
gs remember what it was in.")),t()}return n(oe,{title:`Drain ${y}`,onClose:t,children:n("form",{onSubmit:w=>(w.preventDefault(),x(_)),children:[
n("div",{class:"body",children:[n("p",{children:"Takes the machine out of every load balancer and target group, and remembers in its tags wh\
at it was in, so that it can be put back exactly so."}),i.loading&&!g&&n(B,{children:"Looking for the machine everywhere…"}),i.failure&&n(
M,{failure:i.failure,title:"The machine could not be looked for",again:i.again}),g&&n(Yn,{machine:g}),g?.autoScalingGroup&&n("label",{class:"\
check",children:[n("input",{type:"checkbox",checked:p,onChange:w=>d(w.currentTarget.checked)}),n("span",{children:["Put it into Standby in t\
he Auto Scaling group ",n("strong",{children:g.autoScalingGroup}),", which would replace it otherwise."]})]}),n(q,{label:"Reason, for the lo\
g and for whoever restores it",id:"drain-reason",problem:u,children:n("input",{id:"drain-reason",value:s,maxlength:200,autofocus:!0,autocomplete:"\
off",placeholder:"kernel update","aria-invalid":!!u,"aria-describedby":u?"drain-reason-problem":void 0,onInput:w=>l(w.currentTarget.value)})}),
h&&n(M,{failure:h,title:"Nothing was drained"}),_&&n("p",{class:"hint",children:"With “Drain anyway” it is drained all the same, for the rea\
son that you give."})]}),n("footer",{children:[n("button",{type:"button",onClick:t,children:"Cancel"}),_?n("button",{type:"submit",class:"da\
nger","aria-disabled":b,children:"Drain anyway"}):n("button",{type:"submit",class:"primary","aria-disabled":b||!g,children:b?"Draining…":"\
Drain"})]})]})})}function Yn({machine:e}){return n("section",{class:"plan","aria-label":"Where it is",children:[n("h3",{children:"Where it i\
s"}),e.registrations.length===0?n("p",{children:"It is registered nowhere."}):n("ul",{children:e.registrations.map(t=>n("li",{children:[n(ge,
{state:t.state}),n("span",{children:pe(t)})]}))}),!e.complete&&n(P,{tone:"careful",children:n("p",{children:"Not everything could be looked \
at; a drain is refused until it can."})}),e.warnings?.map(t=>n(P,{tone:"careful",children:n("p",{children:t})}))]})}var ft=class{#t="";#e=[];*read(t){let a=this.#t+t,o=a.endsWith("\r")?a.slice(0,-1):a,r=o.split(/\r\n|\r|\n/);this.#t=r.pop()+a.slice(o.length);
for(let i of r)yield*this.#n(i)}*#n(t){if(t==="")this.#e.length>0&&(yield{data:this.#e.join(`
`)}),this.#e=[];else if(t.startsWith(":"))yield"heartbeat";else{let[,a,o]=/^([^:]*):? ?(.*)$/s.exec(t)??[];a==="data"&&this.#e.push(o??"")}}};
async function*ln(e){let t=e.getReader(),a=new TextDecoder,o=new ft;try{for(;;){let{done:r,value:i}=await t.read();if(r)return;yield*o.read(
a.decode(i,{stream:!0}))}}finally{t.releaseLock()}}var ea=4e4;function cn(e,t){let a=new AbortController,o=()=>{};return r(),{now:()=>o(),stop:()=>a.abort()};async function r(){let s=0;for(;!a.
signal.aborted;){let l=await i(()=>s=0);if(a.signal.aborted)return;if(!l.isPassing)return t.ended(l);let p=Oe(s++,Math.random());t.lost(l,Date.
now()+p),await new Promise(d=>{let u=setTimeout(d,p);o=()=>(clearTimeout(u),d()),a.signal.addEventListener("abort",o,{once:!0})})}}async function i(s){
let l=new AbortController,p=()=>l.abort();a.signal.addEventListener("abort",p,{once:!0});let d,u=()=>{clearTimeout(d),d=setTimeout(p,ea)};try{
u();for await(let f of ln(await e(l.signal))){if(u(),f==="heartbeat")continue;let h=JSON.parse(f.data);if(s(),a.signal.aborted)break;t.event(
h)}return le()}catch(f){return f instanceof Z?f:le()}finally{clearTimeout(d),a.signal.removeEventListener("abort",p),l.abort()}}}var ht={machines:new Map,asOf:void 0,failure:void 0};function dn(e,t){switch(t.event){case"snapshot":return{machines:un(new Map(ta(e,t.machines??
[]))),asOf:t.asOf,failure:void 0};case"change":{let a=new Map(e.machines);for(let o of t.machines??[])a.set(o.instanceId,o);for(let o of t.gone??
[])a.delete(o);return{machines:un(a),asOf:t.asOf,failure:void 0}}case"failure":return{...e,failure:t.message??t.error??"AWS failed"};case"cl\
osing":return e}}function*ta(e,t){for(let a of t){let o=e.machines.get(a.instanceId),r=o&&JSON.stringify(o)===JSON.stringify(a);yield[a.instanceId,
r?o:a]}}function un(e){let t=[...e.keys()];return t.every((o,r)=>r===0||t[r-1]<=o)?e:new Map([...e].sort(([o],[r])=>o<r?-1:1))}function pn(e){let{service:t}=D(),a=J(),[o,r]=m(ht),[i,s]=m({is:"connecting"}),[l,p]=m(()=>()=>{});return I(()=>{r(ht),s({is:"connecting"});
let d=cn(u=>t.events(e,u),{event(u){r(f=>dn(f,u)),s({is:"live"})},lost:(u,f)=>s({is:"lost",failure:u,again:f}),ended:u=>s({is:"ended",failure:a(
u)})});return p(()=>d.now),window.addEventListener("online",d.now),document.addEventListener("visibilitychange",d.now),()=>{window.removeEventListener(
"online",d.now),document.removeEventListener("visibilitychange",d.now),d.stop()}},[t,e.name,e.kind]),{...o,link:i,now:l}}function fn({followed:e}){let{link:t,asOf:a}=e,o=Ge(t.is==="lost");if(t.is==="ended")return null;let r=a?`as of ${he(a)}`:"";return n("p",{class:`\
link ${e.failure&&t.is==="live"?"lost":t.is}`,children:[n("span",{class:"dot","aria-hidden":"true"}),t.is==="live"&&n("span",{role:"status",
children:e.failure?"AWS fails":"Live"}),t.is==="connecting"&&n("span",{role:"status",children:"Connecting"}),t.is==="lost"&&n(T,{children:[n(
"span",{role:"status",children:"Connection lost"}),n("span",{children:t.again>o?`again in ${ce(t.again-o+999)}`:"connecting"}),n("button",{type:"\
button",class:"quiet",onClick:e.now,children:"Now"})]}),r&&n("span",{class:"muted",children:r})]})}var na=50,aa=3e4;function hn(){let e=j((i,s)=>i.loadBalancers(s),[]),[t,a]=m(""),o=ia(e.value),r=U(()=>nn(e.value??[],t),[e.value,t]);return n(
"main",{children:[n("div",{class:"title-row",children:[n(Y,{title:"Load balancers"}),o.asOf&&n("p",{class:"as-of",children:["counted at ",he(
o.asOf)]})]}),n("div",{class:"toolbar",children:[n(Be,{value:t,onInput:a,label:"Search name, target group, DNS name"}),n("p",{class:"shown",
role:"status",children:e.value&&mt(r.length,e.value.length,"load balancer")}),n("span",{class:"spacer"}),o.wanted&&n("button",{type:"button",
onClick:o.count,children:"Count machines"}),n("button",{type:"button",onClick:()=>(e.again(),o.again()),children:"Reload"})]}),e.failure&&n(
M,{failure:e.failure,title:"The load balancers could not be listed",again:e.again}),o.failure&&n(M,{failure:o.failure,title:"The machines co\
uld not be counted",again:o.again}),!e.value&&e.loading&&n(B,{children:"Asking AWS for the load balancers…"}),e.value?.length===0&&n(z,{title:"\
No load balancers",children:n("p",{children:"The region has none, or none that these credentials are for."})}),e.value&&e.value.length>0&&r.
length===0&&n(z,{title:"Nothing matches",children:[n("p",{children:["No load balancer has “",t,"” in its name, target groups or DNS name."]}),
n("button",{type:"button",onClick:()=>a(""),children:"Show all"})]}),r.length>0&&n("table",{class:"list balancers",children:[n("thead",{children:n(
"tr",{children:[n("th",{scope:"col",children:"Name"}),n("th",{scope:"col",children:"Machines"}),n("th",{scope:"col",children:"Target groups"}),
n("th",{scope:"col",children:"Scheme"}),n("th",{scope:"col",children:"DNS name"})]})}),n("tbody",{children:r.map(i=>n(oa,{one:i,counts:o.of.
get(`${i.kind} ${i.name}`),counting:o.counting},`${i.kind} ${i.name}`))})]})]})}function oa({one:e,counts:t,counting:a}){return n("tr",{children:[
n("th",{scope:"row",class:"name",children:[n("a",{href:$({at:"loadBalancer",name:e.name,kind:e.kind}),children:e.name}),n("span",{class:"kin\
d",children:e.kind}),e.state&&e.state!=="active"&&n("span",{class:"badge careful",children:e.state.replace("_"," ")})]}),n("td",{class:"mach\
ines",children:t?n(ra,{counts:t}):n("span",{class:"muted",children:a?"counting…":"not counted"})}),n("td",{class:"groups",children:e.targetGroups.
map(o=>o.name).join(", ")||n("span",{class:"muted",children:"no target groups"})}),n("td",{class:"scheme",children:e.scheme??""}),n("td",{class:"\
dns",title:e.dnsName,children:n("span",{class:"mono",children:e.dnsName??""})})]})}function ra({counts:e}){let{healthy:t,unhealthy:a,other:o}=e,
r=t+a+o;if(r===0)return n("span",{class:"state idle",children:[n(Q,{tone:"idle"}),"no machines"]});let i=a>0?"bad":o>0?"moving":"good";return n(
"span",{class:"health",children:[n("span",{class:`state ${i}`,children:[n(Q,{tone:i}),t," of ",r," healthy"]}),n("svg",{class:"bar",viewBox:"\
0 0 100 4",preserveAspectRatio:"none","aria-hidden":"true",children:[n("rect",{class:"good",width:100*t/r,height:"4"}),n("rect",{class:"movi\
ng",x:100*t/r,width:100*o/r,height:"4"}),n("rect",{class:"bad",x:100*(t+o)/r,width:100*a/r,height:"4"})]}),a>0&&n("span",{class:"muted",children:ee(
a,"unhealthy","unhealthy")})]})}function ia(e){let{service:t}=D(),[a,o]=m(!1),r=e?.reduce((d,u)=>d+Math.max(1,u.targetGroups.length),0)??0,i=e!==
void 0&&r>0&&r<=na,s=i||a&&e!==void 0,l=j((d,u)=>s?t.counted(u):Promise.resolve(void 0),[s]);I(()=>{if(!i)return;let d=setInterval(()=>document.
visibilityState==="visible"&&l.again(),aa);return()=>clearInterval(d)},[i]);let p=U(()=>new Map(l.value?.map(d=>[`${d.kind} ${d.name}`,d.counts])),
[l.value]);return{of:p,asOf:[...p.values()].map(d=>d.asOf).sort()[0],counting:s&&l.loading,failure:l.failure,again:l.again,wanted:e!==void 0&&
r>0&&!s,count:()=>o(!0)}}function mt(e,t,a){return e===t?ee(t,a):`${e.toLocaleString("en")} of ${ee(t,a)}`}var sa=[{column:"health",title:"Health"},{column:"machine",title:"Machine"},{column:"zone",title:"Zone"},{column:"launched",title:"Launched"}],
gt=60;function mn({rows:e,view:t,onView:a,onAct:o,stale:r}){let i=U(()=>new WeakMap,[o]),s=p=>{let d=i.get(p)??n(ua,{machine:p,onAct:o},p.instanceId);
return i.set(p,d),d},l=la(e.length,t);return n("table",{class:`list machines ${r?"stale":""}`,children:[n("thead",{children:n("tr",{children:[
sa.map(({column:p,title:d})=>n(ca,{column:p,title:d,view:t,onView:a},p)),n("th",{scope:"col",children:"Registered in"}),n("th",{scope:"col",
class:"actions",children:n("span",{class:"hidden",children:"Actions"})})]})}),n("tbody",{children:e.slice(0,l).map(s)})]})}function la(e,t){
let[a,o]=m({view:t,rows:gt}),r=a.view===t?a.rows:gt;return I(()=>{if(r>=e)return;let i=requestAnimationFrame(()=>o({view:t,rows:r+gt}));return()=>cancelAnimationFrame(
i)},[e,t,r]),r}function ca({column:e,title:t,view:a,onView:o}){let r=a.column===e,i=r&&!a.descending;return n("th",{scope:"col",class:e,"ari\
a-sort":r?a.descending?"descending":"ascending":void 0,children:n("button",{type:"button",class:"sort",onClick:()=>o({...a,column:e,descending:i}),
children:[t,n("span",{class:"arrow","aria-hidden":"true",children:r?a.descending?"↓":"↑":""})]})})}function ua({machine:e,onAct:t}){let{
instanceId:a,name:o,instanceType:r,availabilityZone:i,privateIpAddress:s,launchDate:l,instanceState:p,targets:d}=e,u=o??a,f=d.every(c=>c.state===
"draining"),h=(c,b)=>n("button",{type:"button",onClick:()=>t(c,e),children:[b,n("span",{class:"hidden",children:[" ",u]})]});return n("tr",{
class:we(e.health),children:[n("td",{class:"health",children:n(ge,{state:e.health})}),n("th",{scope:"row",class:"machine",children:[n("a",{href:$(
{at:"machine",id:a}),children:u}),o&&n("span",{class:"mono muted",children:a}),n("span",{class:"muted details",children:[[r,s].filter(Boolean).
join(" · "),p&&p!=="running"&&n("span",{class:"badge careful",children:p})]})]}),n("td",{class:"zone",children:i??n("span",{class:"muted",children:"\
unknown"})}),n("td",{class:"launched",children:l?Zt(l):n("span",{class:"muted",children:"unknown"})}),n("td",{class:"targets",children:n("ul",
{children:d.map(c=>n(da,{target:c,alone:d.length===1},K(c)))})}),n("td",{class:"actions",children:f?h("attach","Attach again"):[h("detach","\
Detach"),h("drain","Drain")]})]})}function da({target:e,alone:t}){return n("li",{children:[n("span",{class:"place",children:[!t&&n(Q,{tone:we(
e.state)}),K(e)]}),e.state!=="healthy"&&(e.remedy??e.description)&&n("span",{class:"why",children:[n("span",{children:e.description??e.reason}),
e.remedy&&n("span",{class:"remedy",children:e.remedy})]})]})}function gn({groups:e}){let t=new Set(e.flatMap(a=>a.managedBy?[ut(a.managedBy)]:[]));return n(T,{children:[t.size>0&&n(P,{tone:"careful",title:"\
Somebody else manages targets here",children:n("p",{children:[[...t].join("; "),". A change of yours may be undone."]})}),n("details",{class:"\
target-groups",children:[n("summary",{children:e.some(a=>a.targetGroup)?ee(e.length,"target group"):"Settings"}),n("ul",{children:e.map(a=>n(
"li",{children:[a.targetGroup&&n("strong",{children:a.targetGroup}),n("span",{children:[a.protocol,a.port,a.targetType].filter(Boolean).join(
" · ")}),n("span",{children:ee(a.targets.length,"target")}),!a.inUse&&n("span",{class:"badge careful",children:"no listener forwards to it"}),
a.settings&&n("span",{children:["drains for up to ",ce(a.settings.deregistrationDelay*1e3)]}),a.settings?.healthCheck?.enabled&&n("span",{children:[
"checked every ",a.settings.healthCheck.interval," s, healthy after ",a.settings.healthCheck.healthyThreshold]})]},a.targetGroup))})]})]})}function _n(e,t){
let o=e?.filter(r=>t.targets.some(i=>i.targetGroup===r.targetGroup))?.flatMap(r=>r.settings?[r.settings.deregistrationDelay]:[])??[];return o.
length>0?Math.max(...o)*1e3:void 0}var pa={all:"All",healthy:"Healthy",unhealthy:"Unhealthy",other:"Other"};function yn({name:e,kind:t}){let a=U(()=>({name:e,kind:t}),[e,t]),o=pn(
a),r=j((y,_)=>y.targets(a,_),[a]),s=j((y,_)=>y.loadBalancers(_),[]).value?.find(y=>y.name===e&&(!t||y.kind===t)),[l,p]=m(en),[d,u]=m(),f=o.machines,
h=U(()=>tn(f.values(),l),[f,l]),c=U(()=>Xt(f.values()),[f]),b=ae((y,_)=>u({dialog:y,machine:_}),[]),v=()=>u(void 0),g=o.asOf!==void 0;return n(
"main",{children:[n("p",{class:"crumbs",children:n("a",{href:$({at:"loadBalancers"}),children:"Load balancers"})}),n("div",{class:"title-row",
children:[n(Y,{title:e}),n(fn,{followed:o})]}),s&&n(fa,{own:s}),o.link.is==="ended"&&n(M,{failure:o.link.failure,title:"The machines cannot \
be followed"}),o.failure&&g&&n(P,{tone:"careful",title:"AWS fails",children:n("p",{children:[o.failure,". What is shown may be old."]})}),r.
value&&n(gn,{groups:r.value}),r.failure&&o.link.is!=="ended"&&n(M,{failure:r.failure,title:"The target groups could not be read",again:r.again}),
n("div",{class:"toolbar",hidden:o.link.is==="ended"&&!g,children:[n("div",{class:"filters",role:"group","aria-label":"Show machines by healt\
h",children:Jt.map(y=>n("button",{type:"button",class:`filter ${y}`,"aria-pressed":l.group===y,onClick:()=>p({...l,group:y}),children:[pa[y],
" ",n("span",{class:"number",children:g?c[y].toLocaleString("en"):"–"})]},y))}),n(Be,{value:l.search,onInput:y=>p({...l,search:y}),label:"\
Search machines"}),n("p",{class:"shown",role:"status",children:g&&h.length!==c.all&&mt(h.length,c.all,"machine")}),n("span",{class:"spacer"}),
n("button",{type:"button",class:"primary",onClick:()=>u({dialog:"attach"}),children:"Attach a machine…"})]}),!g&&o.link.is==="connecting"&&
n(B,{children:"Asking AWS for the machines…"}),!g&&o.failure&&n(P,{tone:"bad",title:"AWS fails",children:n("p",{children:[o.failure,"."]})}),
g&&c.all===0&&n(z,{title:"No machines",children:n("p",{children:"Nothing that is a machine is registered in any target group here."})}),g&&c.
all>0&&h.length===0&&n(z,{title:"Nothing matches",children:[n("p",{children:["None of the ",c.all.toLocaleString("en")," machines is what yo\
u look for."]}),n("button",{type:"button",onClick:()=>p({...l,search:"",group:"all"}),children:"Show all"})]}),h.length>0&&n(mn,{rows:h,view:l,
onView:p,onAct:b,stale:o.link.is!=="live"}),d?.dialog==="attach"&&n(rn,{place:a,groups:r.value??[],id:d.machine?.instanceId,onClose:v}),d?.dialog===
"detach"&&n(sn,{place:a,machine:d.machine,longest:_n(r.value,d.machine),onClose:v}),d?.dialog==="drain"&&n(Ue,{id:d.machine.instanceId,onClose:v})]})}
function fa({own:e}){return n("p",{class:"facts",children:[n("span",{class:"kind",children:e.kind}),e.scheme&&n("span",{children:e.scheme}),
e.state&&n("span",{children:e.state.replace("_"," ")}),e.dnsName&&n("span",{class:"mono",children:e.dnsName})]})}function qe({id:e,label:t,drained:a,onClose:o}){let{service:r,activities:i}=D(),s=J(),[l,p]=m(),[d,u]=m(!1),f=l?.code==="TargetGroupNotFound";
async function h(c){if(d)return;u(!0),p(void 0);let b;try{b=await r.restore(e,{skipGone:c})}catch(v){return u(!1),p(s(v))}i.start({title:`Re\
store ${t}`,now:"Registered everywhere, AWS has shown it"},async(v,g)=>(await We(r,b,"healthy",({machine:y,trouble:_})=>{v(_?`${_.message} I\
t is asked again.`:y.targets.find(x=>x.state!=="healthy")?.description??"Registered")},g),"Back, and healthy everywhere.")),o()}return n(oe,
{title:`Restore ${t}`,onClose:o,children:[n("div",{class:"body",children:[n(_t,{drained:a}),n("section",{class:"plan","aria-label":"Back to",
children:[n("h3",{children:"Back to"}),n("ul",{children:a.from.map(c=>n("li",{children:n("span",{children:pe(c)})}))})]}),l&&n(M,{failure:l,
title:"Nothing was restored"})]}),n("footer",{children:[n("button",{type:"button",onClick:o,children:"Cancel"}),f&&n("button",{type:"button",
class:"danger","aria-disabled":d,onClick:()=>h(!0),children:"Restore the rest"}),!f&&n("button",{type:"button",class:"primary","aria-disable\
d":d,onClick:()=>h(!1),children:d?"Restoring…":"Restore"})]})]})}function _t({drained:e}){return n("p",{children:["Out since ",me(e.since),
", drained by ",n("strong",{children:e.by}),e.reason&&n(T,{children:[": ",e.reason]}),e.standby&&"; in Standby meanwhile","."]})}function bn({id:e}){let{activities:t}=D(),a=j((p,d)=>p.everywhere(e,d),[e]),[o,r]=m(),i=a.value,s=i?.name??e;I(()=>t.listen(a.again),[t,a.again]);
let l=()=>(r(void 0),a.again());return n("main",{children:[n("p",{class:"crumbs",children:n("a",{href:$({at:"loadBalancers"}),children:"Load\
 balancers"})}),n("div",{class:"title-row",children:[n(Y,{title:s}),i&&n("p",{class:"as-of",children:["as of ",he(i.asOf)]})]}),i&&n(ma,{machine:i}),
n("div",{class:"toolbar",children:[n("span",{class:"spacer"}),n("button",{type:"button",onClick:a.again,children:"Reload"}),i?.drained&&n("b\
utton",{type:"button",class:"primary",onClick:()=>r("restore"),children:"Restore…"}),i&&i.registrations.some(p=>p.state!=="draining")&&n("\
button",{type:"button",onClick:()=>r("drain"),children:"Drain…"})]}),a.failure&&n(M,{failure:a.failure,title:"The machine could not be sho\
wn",again:a.failure.isPassing?a.again:void 0}),!i&&a.loading&&n(B,{children:"Looking for the machine everywhere…"}),i&&!i.complete&&n(P,{tone:"\
careful",title:"Not everything could be looked at"}),i?.warnings?.map(p=>n(P,{tone:"careful",children:n("p",{children:p})})),i?.drained&&n(P,
{tone:"plain",title:"Out for maintenance",children:n(_t,{drained:i.drained})}),i&&i.registrations.length===0&&n(z,{title:"Registered nowhere",
children:n("p",{children:"No load balancer or target group of the region has it. Attach it from the page of a load balancer."})}),i&&i.registrations.
length>0&&n("table",{class:"list registrations",children:[n("thead",{children:n("tr",{children:[n("th",{scope:"col",children:"Health"}),n("t\
h",{scope:"col",children:"Load balancer"}),n("th",{scope:"col",children:"Registered in"}),n("th",{scope:"col",children:"Why"})]})}),n("tbody",
{children:i.registrations.map(p=>n(ha,{one:p}))})]}),o==="drain"&&n(Ue,{id:e,onClose:l}),o==="restore"&&i?.drained&&n(qe,{id:e,label:s,drained:i.
drained,onClose:l})]})}function ha({one:e}){return n("tr",{children:[n("td",{class:"health",children:n(ge,{state:e.state})}),n("th",{scope:"\
row",class:"name",children:[e.loadBalancer?n("a",{href:$({at:"loadBalancer",name:e.loadBalancer,kind:e.kind}),children:e.loadBalancer}):n("s\
pan",{class:"muted",children:"none"}),e.kind&&n("span",{class:"kind",children:e.kind})]}),n("td",{class:"place",children:K(e)}),n("td",{class:"\
why",children:e.state!=="healthy"&&n(T,{children:[n("span",{children:e.description??e.reason})," ",e.remedy&&n("span",{class:"remedy",children:e.
remedy})]})})]})}function ma({machine:e}){return n("p",{class:"facts",children:[n("span",{class:"mono",children:e.instanceId}),e.instanceType&&
n("span",{children:e.instanceType}),e.instanceState&&n("span",{children:e.instanceState}),e.availabilityZone&&n("span",{children:e.availabilityZone}),
e.privateIpAddress&&n("span",{class:"mono",children:e.privateIpAddress}),e.launchDate&&n("span",{children:["launched ",me(e.launchDate)]}),e.
autoScalingGroup&&n("span",{children:["in Auto Scaling group ",e.autoScalingGroup]})]})}function vn(){let e=j((r,i)=>r.drained(i),[]),[t,a]=m(),o=e.value;return n("main",{children:[n("div",{class:"title-row",children:n(Y,{title:"\
Out for maintenance"})}),n("div",{class:"toolbar",children:[n("p",{class:"shown",role:"status",children:o&&ee(o.length,"machine")}),n("span",
{class:"spacer"}),n("button",{type:"button",onClick:e.again,children:"Reload"})]}),e.failure&&n(M,{failure:e.failure,title:"The machines cou\
ld not be listed",again:e.again}),!o&&e.loading&&n(B,{children:"Asking AWS who is drained…"}),o?.length===0&&n(z,{title:"Nobody is out",children:n(
"p",{children:"A machine that is drained is listed here until it is restored: by whom, since when, and why."})}),o&&o.length>0&&n("table",{class:"\
list drained",children:[n("thead",{children:n("tr",{children:[n("th",{scope:"col",children:"Machine"}),n("th",{scope:"col",children:"Out sin\
ce"}),n("th",{scope:"col",children:"By"}),n("th",{scope:"col",children:"Reason"}),n("th",{scope:"col",children:"Was in"}),n("th",{scope:"col",
class:"actions",children:n("span",{class:"hidden",children:"Actions"})})]})}),n("tbody",{children:o.map(r=>n(ga,{machine:r,onRestore:i=>a({machine:r,
drained:i})},r.instanceId))})]}),t&&n(qe,{id:t.machine.instanceId,label:t.machine.name??t.machine.instanceId,drained:t.drained,onClose:()=>(a(
void 0),e.again())})]})}function ga({machine:e,onRestore:t}){let{instanceId:a,name:o,instanceState:r,drained:i}=e,s=o??a;return n("tr",{children:[
n("th",{scope:"row",class:"machine",children:[n("a",{href:$({at:"machine",id:a}),children:s}),o&&n("span",{class:"mono muted",children:a}),r!==
"running"&&n("span",{class:"badge careful",children:r})]}),n("td",{class:"since","data-label":"Out since",children:i&&me(i.since)}),n("td",{
class:"by","data-label":"By",children:i?.by}),n("td",{class:"reason","data-label":"Reason",children:[i?.reason??e.warnings?.join(" "),i?.standby&&
n("span",{class:"badge",children:"standby"})]}),n("td",{class:"from","data-label":"Was in",children:n("ul",{children:i?.from.map(l=>n("li",{
children:pe(l)}))})}),n("td",{class:"actions",children:i&&n("button",{type:"button",onClick:()=>t(i),children:["Restore",n("span",{class:"hi\
dden",children:[" ",s]})]})})]})}function wn({why:e,onSignedIn:t}){let[a,o]=m("token"),[r,i]=m(e),[s,l]=m(!1);async function p(d){d.preventDefault();let u=new FormData(d.currentTarget),
f=c=>String(u.get(c)??""),h=a==="token"?{by:a,token:f("token").trim()}:{by:a,user:f("user"),password:f("password")};l(!0);try{let c=new de(h);
await c.loadBalancers(),t(c,h.by==="token"?"Token":h.user)}catch(c){i(X(c)),l(!1)}}return n("main",{class:"sign-in",children:n("form",{onSubmit:p,
autocomplete:"on",children:[n("h1",{children:"Sign in"}),n("p",{class:"lead",children:"With the credentials of this service, as its API take\
s them."}),n("fieldset",{class:"choice",children:[n("legend",{children:"With"}),n("label",{children:[n("input",{type:"radio",name:"by",value:"\
token",checked:a==="token",onChange:()=>o("token")})," a token"]}),n("label",{children:[n("input",{type:"radio",name:"by",value:"password",checked:a===
"password",onChange:()=>o("password")})," user and password"]})]}),a==="token"?n(q,{label:"Token",id:"token",children:n("input",{id:"token",
name:"token",type:"password",required:!0,autofocus:!0,autocomplete:"off",spellcheck:!1})}):n(T,{children:[n(q,{label:"User",id:"user",children:n(
"input",{id:"user",name:"user",required:!0,autofocus:!0,autocomplete:"username",autocapitalize:"none",spellcheck:!1})}),n(q,{label:"Password",
id:"password",children:n("input",{id:"password",name:"password",type:"password",required:!0,autocomplete:"current-password"})})]}),r&&n(M,{failure:r,
title:r.status===401?"Not with these credentials":"Not signed in"}),n("button",{type:"submit",class:"primary","aria-disabled":s,children:s?"\
Signing in…":"Sign in"}),n("p",{class:"hint",children:"It stays in the memory of this page: a reload asks again."})]})})}function kn(){let[e,t]=m({is:"asking"}),a=ae(()=>{let r=new de;t({is:"asking"}),r.loadBalancers().then(()=>t({is:"open",service:r,who:void 0}),
i=>{let s=X(i);De(i)?t({is:"closed",why:void 0}):s.isLost?t({is:"failed",failure:s}):t({is:"open",service:r,who:void 0})})},[]);I(a,[]);let o=ae(
r=>t({is:"closed",why:r}),[]);switch(e.is){case"asking":return n(T,{children:[n(Ve,{}),n("main",{children:n(B,{children:"Asking the service…"})})]});case"\
failed":return n(T,{children:[n(Ve,{}),n("main",{children:n(M,{failure:e.failure,title:"Nobody is there",again:a})})]});case"closed":return n(
T,{children:[n(Ve,{}),n(wn,{why:e.why,onSignedIn:(r,i)=>t({is:"open",service:r,who:i})})]});case"open":return n(_a,{service:e.service,who:e.
who,refused:o,onLeave:()=>t({is:"closed",why:void 0})},e.who)}}function _a({service:e,who:t,refused:a,onLeave:o}){let r=U(()=>new Le,[e]);I(
()=>()=>r.end(),[r]);let i=U(()=>({service:e,activities:r,refused:a}),[e,r,a]),s=va();return wa(),n(pt.Provider,{value:i,children:[n(Ve,{route:s,
who:t,onLeave:o}),n(ya,{route:s}),n(Qt,{})]})}function ya({route:e}){switch(e.at){case"loadBalancers":return n(hn,{});case"loadBalancer":return n(
yn,{name:e.name,kind:e.kind},`${e.kind} ${e.name}`);case"maintenance":return n(vn,{});case"machine":return n(bn,{id:e.id},e.id);case"nowhere":
return n("main",{children:[n(Y,{title:"Nothing here"}),n(z,{title:"The page has no such place",children:n("p",{children:n("a",{href:$({at:"l\
oadBalancers"}),children:"Load balancers"})})})]})}}function Ve({route:e,who:t,onLeave:a}){let o=e?.at==="loadBalancers"||e?.at==="loadBalan\
cer";return n("header",{class:"bar",children:[n("a",{class:"mark",href:$({at:"loadBalancers"}),children:[n("img",{src:"page/icon.svg",alt:"",
width:"20",height:"20"}),"elb-instance-manager"]}),e&&n("nav",{"aria-label":"Main",children:[n("a",{href:$({at:"loadBalancers"}),"aria-curre\
nt":o?"page":void 0,children:"Load balancers"}),n("a",{href:$({at:"maintenance"}),"aria-current":e.at==="maintenance"?"page":void 0,children:"\
Maintenance"})]}),n("span",{class:"spacer"}),e&&n(ba,{}),n("a",{class:"api",href:"swagger/",children:"API"}),t&&n("span",{class:"who",children:[
n("span",{class:"who-name",children:t})," ",n("button",{type:"button",class:"quiet",onClick:a,children:"Sign out"})]})]})}function ba(){let[
e,t]=m(""),[a,o]=m();return n("form",{class:"find",role:"search",onSubmit:r=>{r.preventDefault();let i=Ne(e.trim());o(i),!i&&(location.hash=
$({at:"machine",id:e.trim()}),t(""))},children:[n("input",{class:"mono",value:e,"aria-label":"Find a machine by its id",placeholder:"Find i-\
…",autocomplete:"off",autocapitalize:"none",spellcheck:!1,"aria-invalid":!!a,"aria-describedby":a?"find-problem":void 0,onInput:r=>(t(r.currentTarget.
value),o(void 0))}),a&&n("p",{class:"problem",id:"find-problem",role:"alert",children:a})]})}function va(){let[e,t]=m(()=>lt(location.hash));
return I(()=>{let a=()=>{document.body.dataset.moved="",t(lt(location.hash)),scrollTo(0,0)};return addEventListener("hashchange",a),()=>removeEventListener(
"hashchange",a)},[]),e}function wa(){I(()=>{let e=t=>{let a=t.target;if(t.key!=="/"||t.ctrlKey||t.metaKey||/^(INPUT|SELECT|TEXTAREA)$/.test(
a.tagName))return;let o=document.querySelector("[data-search]");!o||document.querySelector("dialog[open]")||(t.preventDefault(),o.focus())};
return addEventListener("keydown",e),()=>removeEventListener("keydown",e)},[])}Et(n(kn,{}),document.body);
