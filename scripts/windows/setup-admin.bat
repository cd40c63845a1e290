@echo off
call "%~dp0..\run.bat" setup-admin %*
exit /b %errorlevel%
